import { expect, test } from 'vitest'
import { bench } from './testing/resolve.ts'

const { evaluate } = bench()
const key = '{ id: "a" }'
const typedKey = { id: { S: 'a' } }

const requests: [call: string, request: object][] = [
  ['ddb.get({ key: { id: "id" } })', { operation: 'GetItem', key: { id: { S: 'id' } } }],
  [
    `ddb.get({ key: ${key}, consistentRead: true, projection: ["id", "a.b[1]"] })`,
    {
      operation: 'GetItem',
      key: typedKey,
      consistentRead: true,
      projection: {
        expression: '#expName_1, #expName_2.#expName_3[1]',
        expressionNames: { '#expName_1': 'id', '#expName_2': 'a', '#expName_3': 'b' },
      },
    },
  ],
  [
    'ddb.put({ key: { id: "abc" }, item: { value: 10 } })',
    { operation: 'PutItem', key: { id: { S: 'abc' } }, attributeValues: { value: { N: 10 } } },
  ],
  [
    `ddb.put({ key: ${key}, item: { a: undefined, b: [true, null] }, condition: { id: { attributeExists: false } }, _version: 2 })`,
    {
      operation: 'PutItem',
      key: typedKey,
      attributeValues: { b: { L: [{ BOOL: true }, { NULL: null }] } },
      condition: { expression: '(attribute_not_exists(#id))', expressionNames: { '#id': 'id' } },
      _version: 2,
    },
  ],
  [`ddb.remove({ key: ${key}, condition: null })`, { operation: 'DeleteItem', key: typedKey }],
  [
    'ddb.scan({ limit: 10, nextToken: "abc", filter: undefined })',
    { operation: 'Scan', limit: 10, nextToken: 'abc' },
  ],
  [
    'ddb.query({ query: { id: { eq: "a" } }, index: "i", scanIndexForward: false, nextToken: null })',
    {
      operation: 'Query',
      query: {
        expression: '(#id = :id_eq)',
        expressionNames: { '#id': 'id' },
        expressionValues: { ':id_eq': { S: 'a' } },
      },
      index: 'i',
      scanIndexForward: false,
    },
  ],
  ['ddb.sync({ limit: 10, lastSync: 1 })', { operation: 'Sync', limit: 10, lastSync: 1 }],
  [
    `ddb.batchGet({ tables: { t: { keys: [${key}], consistentRead: false } } })`,
    { operation: 'BatchGetItem', tables: { t: { keys: [typedKey], consistentRead: false } } },
  ],
  [`ddb.batchPut({ tables: { t: [${key}] } })`, { operation: 'BatchPutItem', tables: { t: [typedKey] } }],
  [
    `ddb.batchDelete({ tables: { t: [${key}] } })`,
    { operation: 'BatchDeleteItem', tables: { t: [typedKey] } },
  ],
  [
    `ddb.transactGet({ items: [{ table: "t", key: ${key}, projection: ["n"] }] })`,
    {
      operation: 'TransactGetItems',
      transactItems: [
        {
          table: 't',
          key: typedKey,
          projection: { expression: '#expName_1', expressionNames: { '#expName_1': 'n' } },
        },
      ],
    },
  ],
  [
    `ddb.transactWrite({ items: [{ putItem: { table: "t", key: ${key}, item: { n: 1 } } }, { conditionCheck: { table: "t", key: ${key}, condition: { n: { eq: 1 } } } }] })`,
    {
      operation: 'TransactWriteItems',
      transactItems: [
        { table: 't', operation: 'PutItem', key: typedKey, attributeValues: { n: { N: 1 } } },
        {
          table: 't',
          operation: 'ConditionCheck',
          key: typedKey,
          condition: {
            expression: '(#n = :n_eq)',
            expressionNames: { '#n': 'n' },
            expressionValues: { ':n_eq': { N: 1 } },
          },
        },
      ],
    },
  ],
  [
    `ddb.transactWrite({ items: [{ updateItem: { table: "t", key: ${key}, update: { n: 1 } } }, { deleteItem: { table: "t", key: ${key} } }] })`,
    {
      operation: 'TransactWriteItems',
      transactItems: [
        {
          table: 't',
          operation: 'UpdateItem',
          key: typedKey,
          update: {
            expression: 'SET #expName_1 = :expValue_1',
            expressionNames: { '#expName_1': 'n' },
            expressionValues: { ':expValue_1': { N: 1 } },
          },
        },
        { table: 't', operation: 'DeleteItem', key: typedKey },
      ],
    },
  ],
  ['ddb.toStringSet(["a"])', { SS: ['a'] }],
]

test.each(requests)('%s', async (call, request) => {
  expect((await evaluate(call)).value).toEqual(request)
})

const updates: [update: string, expression: string, values: object][] = [
  ['{ age: ddb.operations.add(10) }', 'SET #expName_1 = :expValue_1', { N: 10 }],
  [
    '{ v: ddb.operations.append([1]) }',
    'SET #expName_1 = list_append(#expName_1, :expValue_1)',
    { L: [{ N: 1 }] },
  ],
  [
    '{ v: ddb.operations.prepend([1]) }',
    'SET #expName_1 = list_append(:expValue_1, #expName_1)',
    { L: [{ N: 1 }] },
  ],
  ['{ v: ddb.operations.increment() }', 'SET #expName_1 = #expName_1 + :expValue_1', { N: 1 }],
  ['{ v: ddb.operations.decrement(10) }', 'SET #expName_1 = #expName_1 - :expValue_1', { N: 10 }],
  ['{ v: ddb.operations.replace({ a: 10 }) }', 'SET #expName_1 = :expValue_1', { M: { a: { N: 10 } } }],
  ['{ v: [ddb.operations.updateListItem("x", 1)] }', 'SET #expName_1[1] = :expValue_1', { S: 'x' }],
  ['{ v: { a: 1 } }', 'SET #expName_1 = :expValue_1', { M: { a: { N: 1 } } }],
  [
    '{ v: { a: ddb.operations.increment(2) } }',
    'SET #expName_1.#expName_2 = #expName_1.#expName_2 + :expValue_1',
    { N: 2 },
  ],
]

test.each(updates)('update %s', async (update, expression, value) => {
  const { value: request } = await evaluate(`ddb.update({ key: ${key}, update: ${update} })`)
  expect(request).toMatchObject({
    operation: 'UpdateItem',
    key: typedKey,
    update: { expression, expressionValues: { ':expValue_1': value } },
  })
})

test('values are numbered in order, removals come last', async () => {
  const { value } = await evaluate(
    `ddb.update({ key: ${key}, update: { c: ddb.operations.remove(), a: 1, b: ddb.operations.increment(2), d: undefined } })`,
  )
  expect(value).toMatchObject({
    update: {
      expression: 'SET #expName_1 = :expValue_1, #expName_2 = #expName_2 + :expValue_2 REMOVE #expName_3',
      expressionNames: { '#expName_1': 'a', '#expName_2': 'b', '#expName_3': 'c' },
      expressionValues: { ':expValue_1': { N: 1 }, ':expValue_2': { N: 2 } },
    },
  })
})

test('a filter that is none is an error, not an empty filter', async () => {
  expect((await evaluate('ddb.scan({ filter: { v: "x" } })')).error).toMatchObject({ errorType: 'Code' })
})
