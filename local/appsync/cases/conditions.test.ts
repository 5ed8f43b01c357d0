import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startDynamoDb, table, type RunningDynamoDb } from '../../dynamodb/testing/harness.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { calling, type CallOutcome } from '../testing/template.ts'

const ServiceRoleArn = 'arn:aws:iam::000000000000:role/source'
const lambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:decide'
const rejected = 'DynamoDB:ConditionalCheckFailedException'
const id = { id: { S: 'row' } }

/** What the function was asked, and what it answers. */
const asked: { payload: Record<string, unknown>; by: unknown }[] = []
let decision: object | 'throw' = {}

let dynamo: RunningDynamoDb
let server: SmallServer
beforeAll(async () => {
  dynamo = await startDynamoDb([table('things', {})])
  server = await serve(
    {
      schema: 'type Query { none: Int } type Mutation { write(request: AWSJSON!, note: String): AWSJSON! }',
      dataSources: {
        things: {
          ...{ Type: 'AMAZON_DYNAMODB', ServiceRoleArn },
          DynamoDBConfig: { TableName: 'things', AwsRegion: 'us-east-1' },
        },
      },
      resolvers: { 'Mutation.write': calling('things', 'ctx.args.request') },
    },
    {
      context: {
        call(service, action, input, principal) {
          if (service !== 'lambda') return dynamo.context.call(service, action, input, principal)
          const { Payload, FunctionName } = input as { Payload: string; FunctionName: string }
          expect(FunctionName).toBe(lambdaArn)
          asked.push({ payload: JSON.parse(Payload) as Record<string, unknown>, by: principal })
          if (decision !== 'throw') return Promise.resolve({ Payload: JSON.stringify(decision) })
          const failure = JSON.stringify({ errorType: 'TypeError', errorMessage: 'oh' })
          return Promise.resolve({ FunctionError: 'Unhandled', Payload: failure })
        },
      },
    },
  )
})
beforeEach(() =>
  dynamo.call('PutItem', { TableName: 'things', Item: { ...id, v: { N: '1' }, w: { S: 'a' } } }),
)
afterEach(() => void asked.splice(0))
afterAll(async () => {
  await server.close()
  await dynamo.stop()
})

const ask = (request: object) =>
  server.ask('mutation ($request: AWSJSON!) { write(request: $request, note: "n") }', {
    request: JSON.stringify(request),
  })
const write = async (request: object): Promise<CallOutcome> => {
  const { body } = await ask(request)
  expect(body.errors).toBeUndefined()
  return JSON.parse(body.data?.write as string) as CallOutcome
}
const stored = async () => (await dynamo.call('GetItem', { TableName: 'things', Key: id })).Item

const current = { id: 'row', v: 1, w: 'a' }
const put = (attributeValues: object, condition: object = {}) => ({
  ...{ operation: 'PutItem', key: id, attributeValues },
  condition: { expression: 'attribute_not_exists(id)', ...condition },
})
const values = { v: { N: 2 }, w: { S: 'a' } }
const custom = { conditionalCheckFailedHandler: { strategy: 'Custom', lambdaArn } }

test.each([
  ['Reject', { conditionalCheckFailedHandler: { strategy: 'Reject' } }],
  ['no', {}],
])(
  'with %s handler the error and the current item reach the response handler, and nothing is written',
  async (_, handler) => {
    const { result, error } = await write(put(values, handler))
    expect(result).toEqual(current)
    expect(error?.type).toBe(rejected)
    expect(error?.message).toMatch(
      /^The conditional request failed \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: [A-Z0-9]{52}\)$/,
    )
    expect(await stored()).toMatchObject({ v: { N: '1' } })
  },
)

test('equalsIgnore leaves attributes out when a put is compared with what is there', async () => {
  expect(await write(put(values, { equalsIgnore: ['v'] }))).toEqual({ result: current, error: null })
  expect((await write(put(values, { equalsIgnore: ['w'] }))).error?.type).toBe(rejected)
  expect((await write(put({ ...values, x: { S: 'x' } }, { equalsIgnore: ['v'] }))).error?.type).toBe(rejected)
  expect(await stored()).toMatchObject({ v: { N: '1' } })
})

test.each([
  ['unless the condition says otherwise', {}, true],
  ['as the condition says', { consistentRead: true }, true],
  ['not when the condition says so', { consistentRead: false }, false],
])('the current item is read consistently, %s', async (_, condition, ConsistentRead) => {
  dynamo.context.activities.length = 0
  await write(put(values, condition))
  expect(dynamo.context.activities).toMatchObject([
    { what: 'PutItem' },
    { what: 'GetItem', input: { TableName: 'things', Key: id, ConsistentRead } },
  ])
})

test('the function of Custom is asked as the documentation shows, under the role of the data source', async () => {
  decision = { action: 'reject' }
  const request = put(values, custom)
  const Item = {
    ...id,
    v: { N: '1' },
    list: { L: [{ M: { n: { N: '2' } } }, { NS: ['3'] }] },
    b: { B: 'aGk=' },
  }
  await dynamo.call('PutItem', { TableName: 'things', Item })
  await write(request)
  expect(asked).toEqual([
    {
      payload: {
        arguments: { request, note: 'n' },
        requestMapping: request,
        currentValue: {
          ...id,
          v: { N: 1 },
          list: { L: [{ M: { n: { N: 2 } } }, { NS: [3] }] },
          b: { B: 'aGk=' },
        },
        resolver: {
          ...{ tableName: 'things', awsRegion: 'us-east-1' },
          ...{ parentType: 'Mutation', field: 'write', outputType: 'AWSJSON' },
        },
        identity: null,
      },
      by: { kind: 'role', roleArn: ServiceRoleArn, session: expect.any(String) as string },
    },
  ])
})

test('the function is not asked when a put finds what it wanted to write, or a delete nothing', async () => {
  expect((await write(put(values, { ...custom, equalsIgnore: ['v'] }))).error).toBeNull()
  const key = { id: { S: 'nothing' } }
  const condition = { expression: 'attribute_exists(id)', ...custom }
  expect(await write({ operation: 'DeleteItem', key, condition })).toEqual({ result: null, error: null })
  expect(asked).toEqual([])
})

test('reject leaves the error, discard makes the current item the result', async () => {
  decision = { action: 'reject' }
  expect(await write(put(values, custom))).toMatchObject({ result: current, error: { type: rejected } })
  decision = { action: 'discard' }
  expect(await write(put(values, custom))).toEqual({ result: current, error: null })
  expect(await stored()).toMatchObject({ v: { N: '1' } })
})

test('retry does the same to the same item, with what the function says instead', async () => {
  const retryMapping = {
    attributeValues: { v: { N: 3 } },
    condition: { expression: 'v = :v', expressionValues: { ':v': { N: 1 } } },
  }
  decision = { action: 'retry', retryMapping }
  expect(await write(put(values, custom))).toEqual({ result: { id: 'row', v: 3 }, error: null })
  expect(await stored()).toEqual({ id: { S: 'row' }, v: { N: '3' } })

  const update = { expression: 'SET v = :v', expressionValues: { ':v': { N: 4 } } }
  decision = { action: 'retry', retryMapping: { update } }
  const condition = { expression: 'attribute_not_exists(id)', ...custom }
  expect(await write({ operation: 'UpdateItem', key: id, update, condition })).toEqual({
    result: { id: 'row', v: 4 },
    error: null,
  })

  decision = { action: 'retry', retryMapping: {} }
  expect(await write({ operation: 'DeleteItem', key: id, condition })).toEqual({
    result: { id: 'row', v: 4 },
    error: null,
  })
  expect(await stored()).toBeUndefined()
})

test('a retry that fails again is rejected, and the function is asked no more', async () => {
  const condition = { expression: 'attribute_not_exists(id)' }
  decision = { action: 'retry', retryMapping: { attributeValues: { v: { N: 3 } }, condition } }
  expect(await write(put(values, custom))).toMatchObject({ result: current, error: { type: rejected } })
  expect(asked).toHaveLength(1)
  const text = JSON.stringify({ ...condition, ...custom })
  decision = { action: 'retry', retryMapping: { attributeValues: { v: { N: 3 } }, condition: text } }
  expect((await ask(put(values, custom))).body.errors).toHaveLength(2)
})

test.each([
  [{ operation: 'DeleteItem' }, "Unsupported element '$[retryMapping][operation]'."],
  [{ key: id }, "Unsupported element '$[retryMapping][key]'."],
  [
    { attributeValues: {}, condition: { expression: 'v = v', ...custom } },
    "Unsupported element '$[retryMapping][condition][conditionalCheckFailedHandler]'.",
  ],
])('a retry by %j is an error of the request', async (retryMapping, message) => {
  decision = { action: 'retry', retryMapping }
  expect((await ask(put(values, custom))).body.errors?.[0]).toMatchObject({
    errorType: 'MappingTemplate',
    message,
  })
  expect(await stored()).toMatchObject({ v: { N: '1' } })
})

test('what the function throws is the error of the write', async () => {
  decision = 'throw'
  expect(await write(put(values, custom))).toEqual({
    result: null,
    error: { type: 'Lambda:Unhandled', message: 'oh' },
  })
})

test.each([
  [
    { strategy: 'Custom' },
    "Value for field '$[condition][conditionalCheckFailedHandler][lambdaArn]' not found.",
  ],
  [
    { strategy: 'Ask' },
    "Unsupported strategy 'Ask' for field '$[condition][conditionalCheckFailedHandler][strategy]'.",
  ],
])('the handler %j is an error of the request', async (conditionalCheckFailedHandler, message) => {
  const { body } = await ask(put(values, { conditionalCheckFailedHandler }))
  expect(body.errors?.[0]).toMatchObject({ errorType: 'MappingTemplate', message })
})
