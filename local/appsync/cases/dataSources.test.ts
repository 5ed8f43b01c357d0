import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operator } from '../../aws/principal.ts'
import { AwsError } from '../../aws/error.ts'
import type { Service } from '../../aws/service.ts'
import { startDynamoDb, table, type RunningDynamoDb } from '../../dynamodb/testing/harness.ts'
import { createStepFunctions } from '../../stepfunctions/index.ts'
import { testContext, testPlace } from '../../testing/context.ts'
import type { AwsHttp } from '../resolver.ts'
import { serve, type SmallServer } from '../testing/server.ts'

/** A unit resolver of a source; the value is what became of the call, error included. */
const calling = (dataSource: string, request: string) => ({
  dataSource,
  code: `import { util } from '@aws-appsync/utils'
    import * as ddb from '@aws-appsync/utils/dynamodb'
    export function request(ctx) { return ${request} }
    export function response(ctx) { return { result: ctx.result ?? null, error: ctx.error ?? null } }`,
})
const onTable = (request: string) => calling('table', request)
const role = 'arn:aws:iam::000000000000:role/source'
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:waiting'

let dynamo: RunningDynamoDb
let server: SmallServer
let states: { service: Service; cleanup: () => void }
const echo = createServer()
const heard: {
  method?: string | undefined
  url?: string | undefined
  headers: IncomingHttpHeaders
  body: string
}[] = []

beforeAll(async () => {
  dynamo = await startDynamoDb([table('things', {})])
  states = await stateMachine()
  echo.on('request', (request, response) => {
    let body = ''
    request
      .on('data', (chunk: Buffer) => (body += chunk.toString()))
      .on('end', () => {
        heard.push({ method: request.method, url: request.url, headers: request.headers, body })
        response
          .writeHead(request.url?.startsWith('/missing') ? 404 : 200, { 'content-type': 'application/json' })
          .end('{"a":1}')
      })
  })
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  const { port } = echo.address() as AddressInfo
  const signed = {
    AuthorizationType: 'AWS_IAM',
    AwsIamConfig: { SigningRegion: 'us-east-1', SigningServiceName: 'states' },
  }
  const http = (Endpoint: string, more = {}) => ({
    Type: 'HTTP',
    ServiceRoleArn: role,
    HttpConfig: { Endpoint, ...more },
  })
  server = await serve(
    {
      schema:
        'type Query { do: AWSJSON raw: AWSJSON swallowed: Swallowed surfaced: Swallowed malformed: Swallowed missing: AWSJSON signed: AWSJSON host: Swallowed start(name: String, n: Int): AWSJSON deleteMissing: AWSJSON updateMissing: AWSJSON helpers: AWSJSON transact(fails: Boolean, bare: Boolean): AWSJSON putTwice(v: Int): AWSJSON } type Swallowed { id: ID }',
      dataSources: {
        table: {
          Type: 'AMAZON_DYNAMODB',
          ServiceRoleArn: role,
          DynamoDBConfig: { TableName: 'things', AwsRegion: 'us-east-1' },
        },
        plain: http(`http://127.0.0.1:${port}`),
        signed: http(`http://127.0.0.1:${port}`, { AuthorizationConfig: signed }),
        states: http('https://states.us-east-1.amazonaws.com/', { AuthorizationConfig: signed }),
      },
      resolvers: {
        'Query.swallowed': {
          dataSource: 'table',
          code: `${rejectedPut}\n export const response = (ctx) => ctx.result`,
        },
        'Query.surfaced': {
          dataSource: 'table',
          code: `import { util } from '@aws-appsync/utils'
            ${rejectedPut}
            export function response(ctx) { if (ctx.error) util.error(ctx.error.message, ctx.error.type); return ctx.result }`,
        },
        'Query.malformed': onTable('({ key: { id: { S: "x" } } })'),
        'Query.deleteMissing': onTable(
          'ddb.remove({ key: { id: "none" }, condition: { id: { attributeExists: true } } })',
        ),
        'Query.updateMissing': onTable(
          'ddb.update({ key: { id: "row" }, update: { v: 1 }, condition: { v: { eq: 2 } } })',
        ),
        'Query.putTwice': onTable(
          'ddb.put({ key: { id: "twice" }, item: { v: ctx.args.v }, condition: { id: { attributeExists: false } } })',
        ),
        'Query.transact': onTable(`ddb.transactWrite({ items: [
          { putItem: { table: 'things', key: { id: 'row' }, item: { v: 9 }, condition: { v: { eq: ctx.args.fails ? 2 : 1 } } } },
          { putItem: { table: 'things', key: { id: 'other' }, item: { v: 9 } } },
        ] })`),
        'Query.helpers': {
          code: `import { util } from '@aws-appsync/utils'
            import * as ddb from '@aws-appsync/utils/dynamodb'
            const { operations: ops } = { operations: ddb.operations }
            export function request() { return {} }
            export function response() {
              return {
                get: ddb.get({ key: { id: 'x' } }),
                update: ddb.update({ key: { id: 'x' }, update: { a: 1, b: ops.increment(2), c: ops.remove() } }),
                condition: JSON.parse(util.transform.toDynamoDBConditionExpression({ id: { attributeExists: true }, version: { eq: 10 } })),
                filter: JSON.parse(util.transform.toDynamoDBFilterExpression({ title: { contains: 'x' } })),
              }
            }`,
        },
        'Query.missing': calling(
          'plain',
          "({ method: 'GET', resourcePath: '/missing', params: { query: { a: 'b c' } } })",
        ),
        'Query.host': calling(
          'plain',
          "({ method: 'GET', resourcePath: '/', params: { headers: { host: 'evil' } } })",
        ),
        'Query.signed': calling(
          'signed',
          `({ method: 'POST', resourcePath: '/', params: {
            headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AWSStepFunctions.StartExecution' }, body: { a: 1 } } })`,
        ),
        'Query.start': calling(
          'states',
          `({ method: 'POST', resourcePath: '/', params: {
            headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AWSStepFunctions.StartExecution' },
            body: { stateMachineArn: '${machine}', name: ctx.args.name, input: JSON.stringify({ n: ctx.args.n }) } } })`,
        ),
      },
    },
    { http: httpOf(() => states.service), context: { call: (...call) => dynamo.context.call(...call) } },
  )
  await dynamo.call('PutItem', { TableName: 'things', Item: { id: { S: 'row' }, v: { N: '1' } } })
})
afterAll(async () => {
  await server.close()
  await dynamo.stop()
  await states.service.stop?.()
  states.cleanup()
  echo.close()
})

const rejectedPut = `export const request = () => ({ operation: 'PutItem', key: { id: { S: 'row' } }, attributeValues: { v: { N: '2' } }, condition: { expression: 'attribute_not_exists(id)' } });`

/** A machine whose executions wait until they are stopped. */
async function stateMachine(): Promise<typeof states> {
  const context = testContext()
  const service = createStepFunctions(context)
  const type = 'AWS::StepFunctions::StateMachine'
  const properties: Record<string, unknown> = {
    StateMachineName: 'waiting',
    RoleArn: role,
    DefinitionString: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 1000, End: true } },
    }),
  }
  const id = { stack: 'Small', logicalId: 'Machine', property: (name: string) => properties[name] }
  const identity = service.resourceTypes[type]?.identify(id, testPlace) ?? { ref: '', attributes: {} }
  await service.deploy([{ ...identity, stack: 'Small', logicalId: 'Machine', type, properties }])
  await service.start?.()
  return { service, cleanup: () => context.cleanup() }
}

/** Step Functions at its AWS host, everything else over the network. */
function httpOf(service: () => Service): AwsHttp {
  return async ({ url, method, headers, body, principal }) => {
    if (!url.includes('states.us-east-1.amazonaws.com')) {
      const response = await fetch(url, { method, headers, ...(body === '' ? {} : { body }) })
      return {
        statusCode: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      }
    }
    const action = service().actions[headers['x-amz-target']?.split('.')[1] ?? '']
    try {
      const output = await action?.run(JSON.parse(body) as Record<string, unknown>, {
        principal,
        requestId: 'r',
      })
      return { statusCode: 200, headers: {}, body: JSON.stringify(output) }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      return {
        statusCode: error.status,
        headers: {},
        body: JSON.stringify({ __type: error.code, message: error.message }),
      }
    }
  }
}

interface Outcome {
  readonly result: Record<string, unknown> | null
  readonly error: { type: string; message: string } | null
}
const outcome = async (field: string): Promise<Outcome> => {
  const { body } = await server.ask(`{ value: ${field} }`)
  return JSON.parse(body.data?.value as string) as Outcome
}

test('case 27: a response handler that ignores ctx.error swallows it; one that raises it shows its type', async () => {
  const { body } = await server.ask('{ swallowed { id } surfaced { id } }')
  expect(body.data).toEqual({ swallowed: { id: 'row' }, surfaced: null })
  expect(body.errors).toMatchObject([
    { path: ['surfaced'], errorType: 'DynamoDB:ConditionalCheckFailedException' },
  ])
})

test('case 31: a DynamoDB request without an operation is a MappingTemplate error', async () => {
  const { body } = await server.ask('{ malformed { id } }')
  expect(body.errors).toMatchObject([
    { errorType: 'MappingTemplate', message: "Value for field '$[operation]' not found." },
  ])
})

const helpers = async () => {
  const { body } = await server.ask('{ helpers }')
  return JSON.parse(body.data?.helpers as string) as Record<
    string,
    { expression?: string; update?: { expression: string } }
  >
}

test('case 37: ddb.get makes the request that AWS records', async () => {
  expect((await helpers()).get).toEqual({ operation: 'GetItem', key: { id: { S: 'x' } } })
})

test('case 38: ddb.update makes one SET list, then REMOVE', async () => {
  expect((await helpers()).update?.update?.expression).toBe(
    'SET #expName_1 = :expValue_1, #expName_2 = #expName_2 + :expValue_2 REMOVE #expName_3',
  )
})

test('case 39: conditions and filters are the expressions that AWS records', async () => {
  const { condition, filter } = await helpers()
  expect(condition?.expression).toBe('(attribute_exists(#id)) AND (#version = :version_eq)')
  expect(filter?.expression).toBe('(contains(#title,:title_contains))')
})

test('case 42: a conditional delete of nothing succeeds, a conditional update that fails is an error', async () => {
  expect(await outcome('deleteMissing')).toEqual({ result: null, error: null })
  const failed = await outcome('updateMissing')
  expect(failed.error?.type).toBe('DynamoDB:ConditionalCheckFailedException')
  expect(failed.result).toEqual({ id: 'row', v: 1 })
})

test('a conditional put of what is there already succeeds, of anything else it fails', async () => {
  expect(await outcome('putTwice(v: 1)')).toEqual({ result: { id: 'twice', v: 1 }, error: null })
  expect(await outcome('putTwice(v: 1)')).toEqual({ result: { id: 'twice', v: 1 }, error: null })
  expect((await outcome('putTwice(v: 2)')).error?.type).toBe('DynamoDB:ConditionalCheckFailedException')
})

test('case 43: a transaction that fails tells each reason, one that works its keys, and repeating it is no success', async () => {
  const failed = await outcome('transact(fails: true)')
  expect(failed.error?.type).toBe('DynamoDB:TransactionCanceledException')
  expect(failed.result).toEqual({
    keys: null,
    cancellationReasons: [
      { type: 'ConditionCheckFailed', message: 'The condition check failed.', item: { id: 'row', v: 1 } },
      { type: 'None', message: 'None' },
    ],
  })
  expect((await outcome('transact(fails: false)')).result).toEqual({
    keys: [{ id: 'row' }, { id: 'other' }],
    cancellationReasons: null,
  })
  expect((await outcome('transact(fails: false)')).error?.type).toBe('DynamoDB:TransactionCanceledException')
  await dynamo.call('PutItem', { TableName: 'things', Item: { id: { S: 'row' }, v: { N: '1' } } })
})

test('case 46: an HTTP 404 is no error, and the body is text', async () => {
  const { result, error } = await outcome('missing')
  expect(error).toBeNull()
  expect(result).toMatchObject({ statusCode: 404, body: '{"a":1}' })
  expect(heard.at(-1)).toMatchObject({ method: 'GET', url: '/missing?a=b+c' })
})

test('case 47: a signing source signs for its region and service and passes headers on; host is refused', async () => {
  expect((await outcome('signed')).result).toMatchObject({ statusCode: 200 })
  const sent = heard.at(-1)
  expect(sent?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=.*\/us-east-1\/states\/aws4_request, SignedHeaders=.*x-amz-target.*Signature=[0-9a-f]{64}$/,
  )
  expect(sent?.headers).toMatchObject({
    'x-amz-target': 'AWSStepFunctions.StartExecution',
    'content-type': 'application/x-amz-json-1.0',
  })
  expect(sent?.body).toBe('{"a":1}')
  const { body } = await server.ask('{ host { id } }')
  expect(body.errors?.[0]?.errorType).toBe('MappingTemplate')
})

test('case 48: an execution that is started twice is one while it runs, and a conflict otherwise', async () => {
  const first = await outcome('start(name: "one", n: 1)')
  expect(first.result?.statusCode).toBe(200)
  const again = await outcome('start(name: "one", n: 1)')
  expect(again.result).toEqual(first.result)
  const other = await outcome('start(name: "one", n: 2)')
  expect(other.result?.statusCode).toBe(400)
  expect(JSON.parse(other.result?.body as string)).toMatchObject({
    __type: expect.stringMatching(/ExecutionAlreadyExists$/) as string,
  })
  const { executionArn } = JSON.parse(first.result?.body as string) as { executionArn: string }
  await states.service.actions.StopExecution?.run({ executionArn }, { principal: operator, requestId: 'r' })
  expect((await outcome('start(name: "one", n: 1)')).result?.statusCode).toBe(400)
})
