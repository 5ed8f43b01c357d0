import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startDynamoDb, table, type RunningDynamoDb } from '../../dynamodb/testing/harness.ts'
import { serveAmplify, type AmplifyServer } from '../testing/amplify.ts'

let dynamo: RunningDynamoDb
let served: AmplifyServer
beforeAll(async () => {
  dynamo = await startDynamoDb([table('things', {})])
  served = await serveAmplify(
    {
      schema:
        'type Query { a: Int } type Mutation { create(key: ID!): Thing } type Thing { id: ID made: ID }',
      dataSources: {
        things: {
          ...{ Type: 'AMAZON_DYNAMODB', ServiceRoleArn: 'arn:aws:iam::000000000000:role/source' },
          DynamoDBConfig: { TableName: 'things', AwsRegion: 'us-east-1' },
        },
      },
      resolvers: {
        'Mutation.create': {
          dataSource: 'things',
          code: `import { util } from '@aws-appsync/utils'
            export const request = (ctx) => ({
              operation: 'PutItem', key: { id: { S: ctx.args.key } }, attributeValues: { made: { S: util.autoId() } },
              condition: { expression: 'attribute_not_exists(id)', equalsIgnore: ['made'] },
            })
            export const response = (ctx) => ctx.result`,
        },
      },
    },
    { context: { call: (...call) => dynamo.context.call(...call) } },
  )
})
beforeEach(() => {
  served.server.context.activities.length = 0
})
afterEach(() => {
  served.server.appsync.faults.clear()
  served.endApps()
})
afterAll(async () => {
  await served.server.close()
  await dynamo.stop()
})

const count = (what: string): number =>
  served.server.context.activities.filter((each) => each.what === what).length
const stored = async (id: string) => {
  const { Item } = await dynamo.call('GetItem', { TableName: 'things', Key: { id: { S: id } } })
  return Item as { made: { S: string } } | undefined
}

test.each([
  ['throttled', 'LimitExceededError'],
  ['internal', 'InternalFailure'],
  ['unavailable', 'ServiceUnavailableException'],
] as const)(
  'case 63: Amplify gets over two requests that are %s, and gives up at the third with %s',
  async (kind, name) => {
    const app = await served.start({ operation: `mutation { create(key: "${kind}") { id } }` })
    served.server.appsync.faults.inject({ kind, times: 3 })
    app.send()
    expect((await app.line()).names).toEqual([name])
    expect(count('refused')).toBe(3)
    expect(await stored(kind)).toBeUndefined()
    served.server.appsync.faults.inject({ kind, times: 2 })
    app.send()
    expect(await app.line()).toEqual({ result: { create: { id: kind } } })
    expect(count('refused')).toBe(5)
    expect(count('Mutation.create')).toBe(1)
  },
)

test('case 63: a mutation with an idempotency key has one effect, although Amplify posts it three times', async () => {
  const app = await served.start({ operation: 'mutation { create(key: "once") { id made } }' })
  served.server.appsync.faults.inject({ kind: 'internal', after: true, times: 2 })
  app.send()
  const { result } = await app.line()
  expect(count('Mutation.create')).toBe(3)
  expect(result).toEqual({ create: { id: 'once', made: (await stored('once'))?.made.S } })
})
