import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Activity } from '../local/aws/activity.ts'
import type { FaultError } from '../local/dynamodb/faults.ts'
import { graphql, signedGraphql, type GraphQLAnswer } from './harness/graphql.ts'
import { openShop, type Shop } from './harness/shop.ts'

const good = { customerEmail: 'ada@example.com', items: [{ sku: 'SKU123', qty: 1 }], totalAmount: 9.99 }
const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const taken = 'the-key-of-an-order-made-before'

describe('when a table does not answer', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
    const order = await shop.order({ ...good, idempotencyKey: taken })
    await shop.end(order.id)
  })
  afterEach(() => shop.cloud.faults.clear())
  afterAll(() => shop.assertInvariants().finally(() => shop.stop()))

  const create = (input: object): Promise<GraphQLAnswer> =>
    graphql(shop, 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { id } }', { input })
  const setStock = (expected: string): Promise<GraphQLAnswer> =>
    signedGraphql(shop, `mutation { setStock(sku: "FIG-1", available: 1${expected}) { sku } }`)

  const calls: [string, string, string, () => Promise<GraphQLAnswer>, boolean][] = [
    ['order', 'GetItem', 'OrdersTable', () => graphql(shop, `{ order(id: "${id}") { id } }`), true],
    ['orders', 'Query', 'OrdersTable', () => graphql(shop, '{ orders { nextToken } }'), true],
    ['orders', 'BatchGetItem', 'OrdersTable', () => graphql(shop, '{ orders { nextToken } }'), true],
    ['inventory', 'Scan', 'InventoryTable', () => graphql(shop, '{ inventory { nextToken } }'), true],
    [
      'inventory',
      'BatchGetItem',
      'InventoryTable',
      () => graphql(shop, '{ inventory(skus: ["SKU123"]) { nextToken } }'),
      true,
    ],
    ['createOrder', 'PutItem', 'OrdersTable', () => create(good), false],
    [
      'createOrder',
      'TransactWriteItems',
      'OrdersTable',
      () => create({ ...good, idempotencyKey: 'a-key-that-nobody-has' }),
      true,
    ],
    ['createOrder', 'GetItem', 'OrdersTable', () => create({ ...good, idempotencyKey: taken }), true],
    [
      'cancelOrder',
      'UpdateItem',
      'OrdersTable',
      () => graphql(shop, `mutation { cancelOrder(id: "${id}") { id } }`),
      true,
    ],
    [
      'retryOrder',
      'UpdateItem',
      'OrdersTable',
      () => signedGraphql(shop, `mutation { retryOrder(id: "${id}") { id } }`),
      true,
    ],
    ['setStock', 'UpdateItem', 'InventoryTable', () => setStock(''), true],
    ['setStock', 'UpdateItem', 'InventoryTable', () => setStock(', expected: 3'), false],
  ]

  const errors: FaultError[] = ['InternalServerError', 'ProvisionedThroughputExceededException']
  it.each(calls)('%s fails with it (%s on %s), and says whether it may be repeated', async (...call) => {
    const [field, action, table, ask, retryable] = call
    for (const error of errors) {
      const takeAway = shop.cloud.faults.inject({ action, table: shop.outputs[table] ?? '', error })
      const { data, errors: [problem] = [] } = await ask()
      takeAway()
      expect(data).toEqual({ [field]: null })
      expect(problem?.errorType).toMatch(new RegExp(`^DynamoDB:.*${error}`))
      expect(problem?.errorInfo).toEqual({ retryable })
    }
  })

  it('createOrder says of a key that another holds at this moment that it may be repeated', async () => {
    const table = shop.outputs.IdempotencyTable ?? ''
    const input = { ...good, idempotencyKey: 'a-key-under-contention' }
    shop.cloud.faults.inject({ action: 'TransactWriteItems', table, error: 'TransactionConflict', times: 1 })
    expect((await create(input)).errors).toMatchObject([
      { errorType: 'IdempotencyInProgress', errorInfo: { retryable: true } },
    ])
    shop.cloud.faults.inject({ action: 'TransactWriteItems', table, error: 'TransactionConflict', times: 1 })
    const again = { ...good, idempotencyKey: taken }
    expect(await create(again)).toEqual(await create(again))
  })

  it('orders and stock fail whole when not all of a page could be read', async () => {
    const { OrdersTable: orders, InventoryTable: stock } = shop.outputs
    const filling = 'x'.repeat(390_000) // together more than the 16 MB that one BatchGetItem reads
    const skus = Array.from({ length: 45 }, (_, index) => `HUGE-${index}`)
    const rows = skus.flatMap((sku, index) => {
      const order = { id: `01ARZ3NDEKTSV4RRFFQ69G5F${index + 10}` }
      return [
        { TableName: orders, Key: order, Item: { ...order, customerEmail: 'huge@example.com', filling } },
        { TableName: stock, Key: { sku }, Item: { sku, filling } },
      ]
    })
    await Promise.all(
      rows.map(({ TableName, Item }) => shop.dynamodb.send(new PutCommand({ TableName, Item }))),
    )
    const throttled = { errorType: 'Throttled', errorInfo: { retryable: true } }
    expect(
      await graphql(shop, '{ orders(customerEmail: "huge@example.com", limit: 100) { nextToken } }'),
    ).toMatchObject({ data: { orders: null }, errors: [throttled] })
    const query = 'query ($skus: [String!]) { inventory(skus: $skus) { nextToken } }'
    expect(await graphql(shop, query, { skus })).toMatchObject({
      data: { inventory: null },
      errors: [throttled],
    })
    await Promise.all(
      rows.map(({ TableName, Key }) => shop.dynamodb.send(new DeleteCommand({ TableName, Key }))),
    )
  })

  it('nothing is read but consistently', () => {
    const reads = shop.activities.flatMap(consistencyOf)
    expect(reads.length).toBeGreaterThan(10)
    expect(new Set(reads.map(([who]) => who))).toEqual(
      new Set(['ApiOrders', 'ApiInventory', 'ApiIdempotency', 'ProcessPayment', 'UpdateInventory']),
    )
    expect(reads.filter(([, consistent]) => !consistent)).toEqual([])
  })
})

/** Who read rows there, and whether consistently; nothing of what was no read, or none of ours. */
function consistencyOf({ service, what, principal, input }: Activity): [string, boolean][] {
  if (service !== 'dynamodb' || principal?.kind !== 'role') return []
  const who = /OrderSystem-(\w+?)Role/.exec(principal.roleArn)?.[1] ?? principal.roleArn
  if (what === 'GetItem') return [[who, (input as { ConsistentRead?: boolean }).ConsistentRead === true]]
  if (what !== 'BatchGetItem') return []
  const { RequestItems: tables } = input as { RequestItems: Record<string, { ConsistentRead?: boolean }> }
  return Object.values(tables).map(({ ConsistentRead: consistent }) => [who, consistent === true])
}
