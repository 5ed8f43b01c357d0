import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDynamoDb, table, type RunningDynamoDb } from '../../dynamodb/testing/harness.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { calling, type CallOutcome } from '../testing/template.ts'

const ServiceRoleArn = 'arn:aws:iam::000000000000:role/source'
const key = '{ owner: "o", n: ctx.args.n }'

/** Requests by field; `n`, `token` and `pick` are the field's arguments. */
const requests: Record<string, string> = {
  put: `ddb.put({ key: ${key}, item: { kind: ctx.args.n % 2 ? 'odd' : 'even', tags: ddb.toStringSet(['a', 'b']), big: 1.5, none: null } })`,
  get: `ddb.get({ key: ${key}, consistentRead: true, projection: ['owner', 'kind'] })`,
  update: `ddb.update({ key: ${key}, update: { kind: 'new', count: ddb.operations.increment(1), big: ddb.operations.remove() }, condition: { n: { attributeExists: true } } })`,
  init: `ddb.update({ key: ${key}, update: { count: 0, list: ['b'] } })`,
  append: `ddb.update({ key: ${key}, update: { list: ddb.operations.append(['c']) } })`,
  prepend: `ddb.update({ key: ${key}, update: { list: ddb.operations.prepend(['a']) } })`,
  remove: `ddb.remove({ key: ${key} })`,
  query: `ddb.query({ query: { owner: { eq: 'o' } }, limit: 2, scanIndexForward: false, nextToken: ctx.args.token })`,
  other: `ddb.query({ query: { owner: { eq: 'o' } }, limit: 2, scanIndexForward: false, nextToken: ctx.args.token })`,
  scan: `ddb.scan({ filter: { kind: { eq: 'odd' } }, projection: ['n'] })`,
  batchGet: `ddb.batchGet({ tables: { rows: { keys: [{ owner: 'o', n: 2 }, { owner: 'o', n: 99 }, { owner: 'o', n: 1 }], projection: ['kind'] } } })`,
  batchPut: `ddb.batchPut({ tables: { rows: [{ owner: 'b', n: 1 }], more: [{ id: 'x' }] } })`,
  batchDelete: `ddb.batchDelete({ tables: { rows: [{ owner: 'b', n: 1 }], more: [{ id: 'x' }] } })`,
  transactGet: `ddb.transactGet({ items: [{ table: 'more', key: { id: 'no' } }, { table: 'rows', key: { owner: 'o', n: 1 }, projection: ['kind'] }] })`,
  transactWrite: `ddb.transactWrite({ items: [
    { putItem: { table: 'more', key: { id: 't' }, item: { v: 1 } } },
    { updateItem: { table: 'rows', key: { owner: 'o', n: 1 }, update: { v: 2 } } },
    { deleteItem: { table: 'rows', key: { owner: 'o', n: 3 } } },
    { conditionCheck: { table: 'more', key: { id: 'free' }, condition: { id: { attributeExists: false } } } },
  ] })`,
  tooMany: `ddb.batchGet({ tables: { more: { keys: '${'x'.repeat(101)}'.split('').map((c, at) => ({ id: c + at })) } } })`,
  sync: 'ddb.sync({ limit: 10 })',
  versioned: `ddb.remove({ key: ${key}, _version: 1 })`,
  unknown: `({ operation: 'Upsert', key: {} })`,
}

let dynamo: RunningDynamoDb
let server: SmallServer
beforeAll(async () => {
  const rows = {
    AttributeDefinitions: [
      { AttributeName: 'owner', AttributeType: 'S' },
      { AttributeName: 'n', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'owner', KeyType: 'HASH' },
      { AttributeName: 'n', KeyType: 'RANGE' },
    ],
  }
  dynamo = await startDynamoDb([table('rows', rows), table('more', {})])
  const fields = Object.keys(requests).map((name) => `${name}(n: Int, token: String): AWSJSON`)
  server = await serve(
    {
      schema: `type Query { nothing: Int } type Mutation { ${fields.join(' ')} }`,
      dataSources: {
        rows: {
          ...{ Type: 'AMAZON_DYNAMODB', ServiceRoleArn },
          DynamoDBConfig: { TableName: 'rows', AwsRegion: 'us-east-1' },
        },
      },
      resolvers: Object.fromEntries(
        Object.entries(requests).map(([name, request]) => [`Mutation.${name}`, calling('rows', request)]),
      ),
    },
    { context: { call: (...call) => dynamo.context.call(...call) } },
  )
})
afterAll(async () => {
  await server.close()
  await dynamo.stop()
})

const outcome = async (field: string): Promise<CallOutcome> => {
  const { body } = await server.ask(`mutation { value: ${field} }`)
  expect(body.errors).toBeUndefined()
  return JSON.parse(body.data?.value as string) as CallOutcome
}
const result = async (field: string): Promise<CallOutcome['result']> => {
  const { result, error } = await outcome(field)
  expect(error).toBeNull()
  return result
}
const written = (n: number) => ({ owner: 'o', n, kind: n % 2 ? 'odd' : 'even', tags: ['a', 'b'], big: 1.5 })

test('single items: put answers the item, get null or the item, update the new one, remove the old one', async () => {
  expect(await result('put(n: 1)')).toEqual({ ...written(1), none: null })
  expect(await result('get(n: 1)')).toEqual({ owner: 'o', kind: 'odd' })
  expect(await result('get(n: 50)')).toBeNull()
  await result('init(n: 1)')
  expect(await result('update(n: 1)')).toEqual({
    ...{ owner: 'o', n: 1, kind: 'new', tags: ['a', 'b'], none: null, count: 1, list: ['b'] },
  })
  await result('append(n: 1)')
  expect((await result('prepend(n: 1)'))?.list).toEqual(['a', 'b', 'c'])
  expect((await result('remove(n: 1)'))?.count).toBe(1)
  expect(await result('remove(n: 1)')).toBeNull()
})

test('a query answers pages; its token is opaque, and of no use to another resolver', async () => {
  for (const n of [1, 2, 3]) await result(`put(n: ${n})`)
  const first = await result('query')
  expect(first).toMatchObject({ items: [{ n: 3 }, { n: 2 }], scannedCount: 2 })
  const token = first?.nextToken as string
  expect(Buffer.from(token, 'base64').toString()).not.toContain('owner')
  expect(await result(`query(token: "${token}")`)).toMatchObject({ items: [{ n: 1 }], nextToken: null })
  expect((await outcome(`other(token: "${token}")`)).error?.message).toContain('Invalid pagination token')
  expect(await result('scan')).toEqual({ items: [{ n: 1 }, { n: 3 }], nextToken: null, scannedCount: 3 })
})

test('batches reach several tables, answer in the order of the request, and name what was left undone', async () => {
  expect(await result('batchGet')).toEqual({
    data: { rows: [{ kind: 'even' }, null, { kind: 'odd' }] },
    unprocessedKeys: { rows: [] },
  })
  const data = { rows: [{ owner: 'b', n: 1 }], more: [{ id: 'x' }] }
  expect(await result('batchPut')).toEqual({ data, unprocessedItems: { rows: [], more: [] } })
  expect(await result('batchDelete')).toEqual({ data, unprocessedKeys: { rows: [], more: [] } })
  expect((await outcome('tooMany')).error?.type).toBe('DynamoDB:ValidationException')
})

test('transactions answer items, or keys, in order', async () => {
  expect(await result('transactGet')).toEqual({ items: [null, { kind: 'odd' }], cancellationReasons: null })
  expect(await result('transactWrite')).toEqual({
    keys: [{ id: 't' }, { owner: 'o', n: 1 }, { owner: 'o', n: 3 }, { id: 'free' }],
    cancellationReasons: null,
  })
  expect(await result('get(n: 3)')).toBeNull()
})

test.each([
  ['sync', "Unsupported operation 'Sync'."],
  ['versioned(n: 1)', "Unsupported element '$[_version]'."],
  ['unknown', "Unsupported operation 'Upsert'."],
])('%s is refused by name, and no response handler runs', async (field, message) => {
  const { body } = await server.ask(`mutation { value: ${field} }`)
  expect(body).toMatchObject({ data: { value: null }, errors: [{ errorType: 'MappingTemplate', message }] })
})
