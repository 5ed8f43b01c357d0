import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDynamoDb, table, type RunningDynamoDb } from '../../dynamodb/testing/harness.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { calling, type CallOutcome, type SmallApi } from '../testing/template.ts'

const page = 'ddb.scan({ limit: 1, nextToken: ctx.args.token })'
const step = { name: 'step', code: calling('things', page).code, dataSource: 'things' }
const own = `export const request = () => ({})
  export const response = (ctx) => ctx.prev.result`

const api: SmallApi = {
  schema: `type Query {
    page(token: String): AWSJSON same(token: String): AWSJSON piped(token: String): AWSJSON queried(token: String): AWSJSON
  }`,
  dataSources: {
    things: {
      ...{ Type: 'AMAZON_DYNAMODB', ServiceRoleArn: 'arn:aws:iam::000000000000:role/source' },
      DynamoDBConfig: { TableName: 'things', AwsRegion: 'us-east-1' },
    },
  },
  resolvers: {
    'Query.page': calling('things', page),
    'Query.same': calling('things', page),
    'Query.piped': { code: own, functions: [step] },
    'Query.queried': calling(
      'things',
      'ddb.query({ query: { id: { eq: "a" } }, nextToken: ctx.args.token })',
    ),
  },
}

let dynamo: RunningDynamoDb
const servers: SmallServer[] = []
const open = async (data?: string): Promise<SmallServer> => {
  const server = await serve(api, {
    ...(data === undefined ? {} : { data }),
    context: { call: (...call) => dynamo.context.call(...call) },
  })
  servers.push(server)
  return server
}
let server: SmallServer
beforeAll(async () => {
  dynamo = await startDynamoDb([table('things', {})])
  for (const id of ['a', 'b', 'c'])
    await dynamo.call('PutItem', { TableName: 'things', Item: { id: { S: id } } })
  server = await open()
})
afterAll(async () => {
  for (const each of servers) await each.close()
  await dynamo.stop()
})

const outcome = async (field: string, token?: string, at = server): Promise<CallOutcome> => {
  const { body } = await at.ask(`query ($token: String) { value: ${field}(token: $token) }`, { token })
  expect(body.errors).toBeUndefined()
  return JSON.parse(body.data?.value as string) as CallOutcome
}
const tokenOf = async (field: string, at?: SmallServer): Promise<string> =>
  (await outcome(field, undefined, at)).result?.nextToken as string
const refused = {
  result: null,
  error: {
    type: 'DynamoDB:UserIllegalArgumentException',
    message: expect.stringContaining('Invalid pagination token given.') as string,
  },
}

test('a token leads through the pages, and again after a restart', async () => {
  const first = await outcome('page')
  const second = await outcome('page', first.result?.nextToken as string)
  const restarted = await open(server.context.data)
  const third = await outcome('page', second.result?.nextToken as string, restarted)
  const items = [first, second, third].flatMap(({ result }) => result?.items as { id: string }[])
  expect(items.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
})

test('a token shows nothing of the key it holds', async () => {
  const { token } = JSON.parse(Buffer.from(await tokenOf('page'), 'base64').toString()) as { token: string }
  expect(Buffer.from(token, 'base64').toString('latin1')).not.toMatch(/"id"|"S"/)
  expect(await tokenOf('page')).not.toBe(await tokenOf('page'))
})

test('a token of one resolver or function is refused by every other, with the same request or not', async () => {
  const [unit, piped] = [await tokenOf('page'), await tokenOf('piped')]
  expect((await outcome('piped', piped)).error).toBeNull()
  for (const field of ['same', 'piped', 'queried']) expect(await outcome(field, unit)).toEqual(refused)
  for (const field of ['page', 'same']) expect(await outcome(field, piped)).toEqual(refused)
})

test('a token of another cloud is refused', async () => {
  expect(await outcome('page', await tokenOf('page', await open()))).toEqual(refused)
})

test('a token that was changed anywhere is refused', async () => {
  const token = await tokenOf('page')
  const content = JSON.parse(Buffer.from(token, 'base64').toString()) as { token: string }
  const sealed = Buffer.from(content.token, 'base64')
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    const whole = JSON.stringify({ ...content, token: changed.toString('base64') })
    expect(await outcome('page', Buffer.from(whole).toString('base64'))).toEqual(refused)
  }
})

test.each([
  ['cut short', (token: string) => token.slice(0, -8)],
  ['empty', () => ''],
  ['no base64', () => 'nonsense'],
  ['no JSON', () => Buffer.from('nonsense').toString('base64')],
  ['JSON without a token', () => Buffer.from('{"version":3}').toString('base64')],
  ['JSON of another kind', () => Buffer.from('null').toString('base64')],
  ['a key in plain text', () => Buffer.from('{"id":{"S":"a"}}').toString('base64')],
  ['a token too short to be sealed', () => Buffer.from('{"token":"AAAA"}').toString('base64')],
])('a token that is %s is refused', async (_, damaged) => {
  expect(await outcome('page', damaged(await tokenOf('page')))).toEqual(refused)
})
