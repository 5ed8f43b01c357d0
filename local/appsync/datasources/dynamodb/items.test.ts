import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FieldOutcome } from '../../resolver.ts'
import { id, ok, onlyNew, put, startTables, type Tables } from '../testing/tables.ts'

let tables: Tables
const send: Tables['send'] = (...request) => tables.send(...request)

beforeAll(async () => {
  tables = await startTables()
})

afterAll(() => tables.database.stop())

beforeEach(() => {
  tables.database.context.activities.length = 0
})

const typed = {
  s: { S: 'x' },
  n: { N: 1.5 },
  b: { BOOL: true },
  none: { NULL: null },
  l: { L: [{ N: 1 }, { S: 'a' }] },
  m: { M: { k: { N: '2' } } },
  ss: { SS: ['a'] },
  ns: { NS: [1, 2] },
  bin: { B: 'aGk=' },
}
const plain = {
  s: 'x',
  n: 1.5,
  b: true,
  none: null,
  l: [1, 'a'],
  m: { k: 2 },
  ss: ['a'],
  ns: [1, 2],
  bin: 'aGk=',
}

test('PutItem answers the item as written, GetItem what is there or null', async () => {
  expect(await send(put('types', typed))).toMatchObject(ok({ id: 'types', ...plain }))
  expect(await send({ operation: 'GetItem', key: id('types'), consistentRead: true })).toMatchObject(
    ok({ id: 'types', ...plain }),
  )
  expect(await send('ddb.get({ key: { id: "types" }, projection: ["m.k", "s"] })')).toMatchObject(
    ok({ m: { k: 2 }, s: 'x' }),
  )
  expect(await send({ operation: 'GetItem', key: id('nobody') })).toMatchObject(ok(null))
})

test('UpdateItem answers the whole new item, DeleteItem the old one or null', async () => {
  await send(put('u', { a: { N: 1 }, b: { S: 'b' } }))
  const update =
    'ddb.update({ key: { id: "u" }, update: { a: ddb.operations.increment(2), b: ddb.operations.remove(), c: [1] } })'
  expect(await send(update)).toMatchObject(ok({ id: 'u', a: 3, c: [1] }))
  expect(await send('ddb.remove({ key: { id: "u" } })')).toMatchObject(ok({ id: 'u', a: 3, c: [1] }))
  expect(await send('ddb.remove({ key: { id: "u" } })')).toMatchObject(ok(null))
})

test('calls are made under the role of the data source', async () => {
  await send({ operation: 'GetItem', key: id('a') })
  expect(tables.database.context.activities).toMatchObject([
    {
      what: 'GetItem',
      principal: {
        kind: 'role',
        roleArn: 'arn:aws:iam::000000000000:role/source',
        session: 'APPSYNC_ASSUME_ROLE',
      },
    },
  ])
})

test('a failed condition is an error with the current item as result, and no error of the field', async () => {
  await send(put('c', { v: { N: 1 } }))
  const outcome = await send(
    put('c', { v: { N: 2 } }, { condition: { expression: 'attribute_not_exists(id)' } }),
  )
  expect(outcome.error).toBeUndefined()
  expect(outcome.value).toMatchObject({
    result: { id: 'c', v: 1 },
    error: { type: 'DynamoDB:ConditionalCheckFailedException' },
  })
  const { message } = (outcome.value as { error: { message: string } }).error
  expect(message).toMatch(
    /^The conditional request failed \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: [A-Z0-9]{52}\)$/,
  )
})

test('a put that finds what it wanted to write succeeds, apart from what equalsIgnore names', async () => {
  await send(put('same', { at: { S: 'then' }, tags: { SS: ['a', 'b'] }, ns: { NS: [10, 9] } }))
  const again = (at: string, more: object): Promise<FieldOutcome> =>
    send(
      put(
        'same',
        { at: { S: at }, tags: { SS: ['b', 'a'] }, ns: { NS: [9, 10] } },
        { condition: { ...onlyNew, ...more } },
      ),
    )
  expect(await again('then', {})).toMatchObject(ok({ id: 'same', at: 'then' }))
  expect(await again('now', { equalsIgnore: ['at'] })).toMatchObject(ok({ id: 'same', at: 'then' }))
  expect(await again('now', {})).toMatchObject({
    value: { error: { type: 'DynamoDB:ConditionalCheckFailedException' } },
  })
})

test('the current item is read consistently unless the condition says otherwise', async () => {
  await send(put('read', { v: { N: 1 } }))
  await send(put('read', { v: { N: 2 } }, { condition: { ...onlyNew, consistentRead: false } }))
  await send(put('read', { v: { N: 2 } }, { condition: onlyNew }))
  const reads = tables.database.context.activities.filter(({ what }) => what === 'GetItem')
  expect(reads.map(({ input }) => (input as { ConsistentRead: boolean }).ConsistentRead)).toEqual([
    false,
    true,
  ])
})

test('a conditional delete of nothing succeeds, a conditional update never does by itself', async () => {
  const condition = { expression: 'attribute_exists(id)' }
  expect(await send({ operation: 'DeleteItem', key: id('gone'), condition })).toMatchObject(ok(null))
  await send(put('there', { v: { N: 1 } }))
  const update = { expression: 'SET v = :v', expressionValues: { ':v': { N: 1 } } }
  expect(
    await send({
      operation: 'UpdateItem',
      key: id('there'),
      update,
      condition: { expression: 'attribute_not_exists(id)' },
    }),
  ).toMatchObject({
    value: { result: { v: 1 }, error: { type: 'DynamoDB:ConditionalCheckFailedException' } },
  })
})

test('a condition may be the text that util.transform answers', async () => {
  await send(put('text', { v: { N: 1 } }))
  const request = `{ operation: 'DeleteItem', key: { id: { S: 'text' } }, condition: util.transform.toDynamoDBConditionExpression({ v: { eq: 1 } }) }`
  expect(await send(request)).toMatchObject(ok({ id: 'text', v: 1 }))
})

test("DynamoDB's own refusals reach the response handler", async () => {
  const outcome = await send({ operation: 'GetItem', key: { wrong: { S: 'a' } } })
  expect(outcome.value).toMatchObject({
    result: null,
    error: {
      type: 'DynamoDB:ValidationException',
      message: expect.stringContaining(
        '(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException',
      ) as string,
    },
  })
})

const malformed: [request: object, message: string][] = [
  [{}, "Value for field '$[operation]' not found."],
  [{ operation: 'Fetch' }, "Unsupported operation 'Fetch'."],
  [{ operation: 'Sync' }, "Unsupported operation 'Sync'."],
  [{ operation: 'GetItem' }, "Value for field '$[key]' not found."],
  [
    { operation: 'GetItem', key: id('a'), scanIndexForward: true },
    "Unsupported element '$[scanIndexForward]'.",
  ],
  [{ operation: 'PutItem', key: id('a') }, "Value for field '$[attributeValues]' not found."],
  [
    {
      operation: 'PutItem',
      key: id('a'),
      attributeValues: {},
      condition: { expression: 'x', returnValuesOnConditionCheckFailure: false },
    },
    "Unsupported element '$[condition][returnValuesOnConditionCheckFailure]'.",
  ],
  [
    { operation: 'UpdateItem', key: id('a'), update: {} },
    "Value for field '$[update][expression]' not found.",
  ],
  [
    { operation: 'Query', query: { expression: 'x' }, limit: 'many' },
    "Expected field '$[limit]' to be of type NUMBER but got STRING.",
  ],
  [
    { operation: 'TransactWriteItems', transactItems: [{ table: 't', key: id('a'), operation: 'Query' }] },
    "Unsupported operation 'Query' for field '$[transactItems][0][operation]'.",
  ],
  [
    { operation: 'BatchGetItem', tables: { t: { keys: 1 } } },
    "Expected field '$[tables][t][keys]' to be of type ARRAY but got NUMBER.",
  ],
]

test.each(malformed)('a malformed request fails the field: %j', async (request, message) => {
  expect(await send(request)).toMatchObject({ value: null, error: { errorType: 'MappingTemplate', message } })
})
