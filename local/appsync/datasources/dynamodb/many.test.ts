import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FieldOutcome } from '../../resolver.ts'
import { id, ok, onlyNew, put, startTables, type Tables } from '../testing/tables.ts'

let tables: Tables
const send: Tables['send'] = (...request) => tables.send(...request)

beforeAll(async () => {
  tables = await startTables()
})

afterAll(() => tables.database.stop())

test('Query pages by tokens that only their resolver can read', async () => {
  for (const n of [1, 2, 3])
    await send(
      {
        operation: 'PutItem',
        key: { id: { S: 'q' }, n: { N: n } },
        attributeValues: { odd: { BOOL: n % 2 === 1 } },
      },
      { table: 'sorted' },
    )
  const page = (more: string, place = 'Query.things'): Promise<FieldOutcome> =>
    send(`ddb.query({ query: { id: { eq: 'q' }, n: { ge: 1 } }, limit: 2, ${more} })`, {
      table: 'sorted',
      place,
    })
  const first = await page('')
  expect(first).toMatchObject(ok({ items: [{ n: 1 }, { n: 2 }], scannedCount: 2 }))
  const { nextToken } = (first.value as { result: { nextToken: string } }).result
  expect(await page(`nextToken: '${nextToken}'`)).toMatchObject(
    ok({ items: [{ n: 3 }], nextToken: null, scannedCount: 1 }),
  )
  const refused = {
    value: {
      result: null,
      error: {
        type: 'DynamoDB:UserIllegalArgumentException',
        message: expect.stringContaining('Invalid pagination token given.') as string,
      },
    },
  }
  expect(await page(`nextToken: '${nextToken}'`, 'Query.others')).toMatchObject(refused)
  const content = JSON.parse(Buffer.from(nextToken, 'base64').toString()) as { token: string }
  const sealed = Buffer.from(content.token, 'base64')
  sealed.writeUInt8(sealed.readUInt8(14) ^ 1, 14)
  const tampered = Buffer.from(JSON.stringify({ ...content, token: sealed.toString('base64') })).toString(
    'base64',
  )
  expect(await page(`nextToken: '${tampered}'`)).toMatchObject(refused)
  expect(await page(`nextToken: 'nonsense'`)).toMatchObject(refused)
})

test('the limit counts what is read, before the filter', async () => {
  for (const n of [1, 2])
    await send(
      { operation: 'PutItem', key: { id: { S: 'f' }, n: { N: n } }, attributeValues: {} },
      { table: 'sorted' },
    )
  const query = `ddb.query({ query: { id: { eq: 'f' } }, filter: { x: { eq: 2 } }, limit: 1, scanIndexForward: true })`
  expect(await send(query, { table: 'sorted' })).toMatchObject(ok({ items: [], scannedCount: 1 }))
})

test('Scan answers items with projection and filter', async () => {
  await send(
    { operation: 'PutItem', key: id('s1'), attributeValues: { kind: { S: 'scan' }, x: { N: 1 } } },
    { table: 'others' },
  )
  expect(
    await send(`ddb.scan({ filter: { kind: { eq: 'scan' } }, projection: ['id'] })`, { table: 'others' }),
  ).toMatchObject(ok({ items: [{ id: 's1' }], nextToken: null }))
})

test('batches answer in the order of the request, null where there is nothing', async () => {
  const putBoth = `ddb.batchPut({ tables: { things: [{ id: 'b1', n: 1 }, { id: 'b2', n: 2 }], others: [{ id: 'b3' }] } })`
  expect(await send(putBoth)).toMatchObject(
    ok({
      data: {
        things: [
          { id: 'b1', n: 1 },
          { id: 'b2', n: 2 },
        ],
        others: [{ id: 'b3' }],
      },
      unprocessedItems: { things: [], others: [] },
    }),
  )
  const get = `ddb.batchGet({ tables: { things: { keys: [{ id: 'b2' }, { id: 'b0' }, { id: 'b1' }] } } })`
  expect(await send(get)).toMatchObject(
    ok({ data: { things: [{ id: 'b2', n: 2 }, null, { id: 'b1', n: 1 }] }, unprocessedKeys: { things: [] } }),
  )
  const remove = `ddb.batchDelete({ tables: { things: [{ id: 'b1' }, { id: 'b2' }] } })`
  expect(await send(remove)).toMatchObject(
    ok({ data: { things: [{ id: 'b1' }, { id: 'b2' }] }, unprocessedKeys: { things: [] } }),
  )
})

test('a batch whose projection leaves the key out still finds its items', async () => {
  await send(put('bp', { n: { N: 1 } }))
  expect(
    await send(`ddb.batchGet({ tables: { things: { keys: [{ id: 'bp' }], projection: ['n'] } } })`),
  ).toMatchObject(ok({ data: { things: [{ n: 1 }] } }))
})

test('a batch whose projection has the key is read as it stands', async () => {
  await send(put('bk', { n: { N: 1 } }))
  const get = `ddb.batchGet({ tables: { things: { keys: [{ id: 'bk' }], projection: ['id', 'n'] } } })`
  expect(await send(get)).toMatchObject(ok({ data: { things: [{ id: 'bk', n: 1 }] } }))
})

test('TransactWriteItems answers the keys, or why it was cancelled', async () => {
  const write = (condition: object): Promise<FieldOutcome> =>
    send({
      operation: 'TransactWriteItems',
      transactItems: [
        {
          table: 'things',
          operation: 'PutItem',
          key: id('t1'),
          attributeValues: { n: { N: 1 } },
          condition: { ...onlyNew, ...condition },
        },
        {
          table: 'others',
          operation: 'UpdateItem',
          key: id('t2'),
          update: { expression: 'SET n = :n', expressionValues: { ':n': { N: 1 } } },
        },
      ],
    })
  expect(await write({})).toMatchObject(ok({ keys: [{ id: 't1' }, { id: 't2' }], cancellationReasons: null }))
  const none = { type: 'None', message: 'None' }
  const failed = { type: 'ConditionCheckFailed', message: 'The condition check failed.' }
  const again = await write({})
  expect(again.value).toMatchObject({ error: { type: 'DynamoDB:TransactionCanceledException' } })
  expect((again.value as { result: object }).result).toEqual({
    keys: null,
    cancellationReasons: [{ ...failed, item: { id: 't1', n: 1 } }, none],
  })
  const withoutItem = await write({ returnValuesOnConditionCheckFailure: false })
  expect((withoutItem.value as { result: object }).result).toEqual({
    keys: null,
    cancellationReasons: [failed, none],
  })
})

test('TransactGetItems answers items in order', async () => {
  await send(put('tg', { n: { N: 1 } }))
  const get = `ddb.transactGet({ items: [{ table: 'things', key: { id: 'no' } }, { table: 'things', key: { id: 'tg' }, projection: ['n'] }] })`
  expect(await send(get)).toMatchObject(ok({ items: [null, { n: 1 }], cancellationReasons: null }))
})

test('deleting and checking in a transaction', async () => {
  await send(put('td', { n: { N: 1 } }))
  const request = `ddb.transactWrite({ items: [{ deleteItem: { table: 'things', key: { id: 'td' } } }, { conditionCheck: { table: 'things', key: { id: 'tc' }, condition: { id: { attributeExists: false } } } }] })`
  expect(await send(request)).toMatchObject(ok({ keys: [{ id: 'td' }, { id: 'tc' }] }))
  expect(await send({ operation: 'GetItem', key: id('td') })).toMatchObject(ok(null))
})
