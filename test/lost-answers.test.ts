import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

/** Lost once, the SDK's own repetition meets the write; lost each time, the step's does, or the client's. */
const once = 1
const eachTime = 4
const clientsLast = eachTime - 1

const good = { way: 'NEW PAID RESERVED COMPLETED', items: [{ sku: 'SKU123', qty: 1 }] }
const lacking = {
  way: 'NEW PAID COMPENSATING FAILED',
  items: [
    { sku: 'SKU123', qty: 1 },
    { sku: 'NOT-SOLD-HERE', qty: 1 },
  ],
}

describe('an order of which an answer to a write is lost', () => {
  let shop: Shop
  beforeAll(
    async () => void (shop = await openShop({ PaymentFunctionTimeout: '2', QueueVisibilityTimeout: '2' })),
  )
  afterEach(() => shop.cloud.faults.clear())
  afterAll(() => shop.assertInvariants().finally(() => shop.stop()))

  const writes = [
    ['its making', 'TransactWriteItems', 'IdempotencyTable', good, clientsLast],
    ['the payment begun, or booked', 'TransactWriteItems', 'PaymentsTable', good, eachTime],
    ['the payment prepared, or charged', 'UpdateItem', 'SimulatedProviderTable', good, eachTime],
    ['the stock taken', 'TransactWriteItems', 'InventoryTable', good, eachTime],
    ['its end, or the notice of it', 'UpdateItem', 'OrdersTable', good, eachTime],
    ['the fence, or its end', 'UpdateItem', 'OrdersTable', lacking, eachTime],
    ['the money booked as given back', 'UpdateItem', 'PaymentsTable', lacking, eachTime],
  ] as const
  const cases = writes.flatMap(([name, action, output, kind, most]) =>
    [once, most].map((times) => ({ name, times, action, output, ...kind })),
  )

  it.each(cases)(
    'goes its way all the same: $name, $times times',
    async ({ times, action, output, ...kind }) => {
      const table = shop.outputs[output] ?? ''
      shop.cloud.faults.inject({ action, table, error: 'InternalServerError', after: true, times })
      const { id } = await shop.order({ items: [...kind.items], idempotencyKey: crypto.randomUUID() })
      expect((await shop.end(id)).map(({ status }) => status).join(' ')).toBe(kind.way)
      await until(() => Promise.resolve(!shop.cloud.faults.any && true))
    },
  )
})
