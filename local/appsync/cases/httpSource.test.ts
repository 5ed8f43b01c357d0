import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../aws/clock.ts'
import { AwsError } from '../../aws/error.ts'
import { operator } from '../../aws/principal.ts'
import type { Service } from '../../aws/service.ts'
import { createIam } from '../../iam/index.ts'
import { createStepFunctions } from '../../stepfunctions/index.ts'
import { testContext, testPlace } from '../../testing/context.ts'
import type { AwsHttp } from '../resolver.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { calling, type CallOutcome } from '../testing/template.ts'

const iam = createIam({ place: testPlace, seed: 'seed', clock: systemClock })
const role = 'arn:aws:iam::000000000000:role/source'
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:waiting'
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
      schema: `
        type Query { missing: AWSJSON signed: AWSJSON host: Thing start(name: String, n: Int): AWSJSON }
        type Thing { id: ID }
      `,
      dataSources: {
        plain: http(`http://127.0.0.1:${port}`),
        signed: http(`http://127.0.0.1:${port}`, { AuthorizationConfig: signed }),
        states: http('https://states.us-east-1.amazonaws.com/', { AuthorizationConfig: signed }),
      },
      resolvers: {
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
    { http: httpOf(() => states.service), context: { credentials: () => iam.operatorCredentials() } },
  )
})
afterAll(async () => {
  await server.close()
  await states.service.stop?.()
  states.cleanup()
  echo.close()
})

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

const outcome = async (field: string): Promise<CallOutcome> => {
  const { body } = await server.ask(`{ value: ${field} }`)
  return JSON.parse(body.data?.value as string) as CallOutcome
}

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
  const { method = '', url = '', headers = {}, body: signedBody = '' } = sent ?? {}
  const request = { method, url, headers, body: signedBody }
  expect(iam.authenticate(request, 'states')).toEqual(operator)
  expect(() => iam.authenticate({ ...request, body: '{"a":2}' }, 'states')).toThrow('signature')
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
