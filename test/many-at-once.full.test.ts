import { tmpdir } from 'node:os'
import { describe, expect, inject, it } from 'vitest'
import type { OrderStatus } from '../client/sdk/index.ts'
import { openShop, type Shop } from './harness/shop.ts'

const orders = 2_000
const clients = 16

/** What the n-th of ten orders is, and how it may end. */
const kinds: { input: object; cancel?: boolean; ends: OrderStatus[] }[] = [
  ...Array.from({ length: 7 }, () => ({ input: {}, ends: ['COMPLETED' as const] })),
  { input: { paymentMethod: 'pm_declined' }, ends: ['FAILED'] },
  {
    input: {
      items: [
        { sku: 'SKU123', qty: 1 },
        { sku: 'NOT-SOLD-HERE', qty: 1 },
      ],
    },
    ends: ['FAILED'],
  },
  // Midway: the cancel meets the order wherever it is by then.
  { input: {}, cancel: true, ends: ['CANCELLED', 'COMPLETED'] },
]

/** Seven tenths good, a tenth each declined, out of stock and cancelled midway; each client watches its own. */
async function run(shop: Shop): Promise<Map<OrderStatus, number>> {
  await shop.setStock('SKU123', 1_000_000)
  const ended = new Map<OrderStatus, number>()
  let next = 0
  const client = async (): Promise<void> => {
    for (let number = next++; number < orders; number = next++) {
      const kind = kinds[number % kinds.length]
      const { id } = await shop.order({ customerEmail: `client-${number % 50}@example.com`, ...kind?.input })
      if (kind?.cancel) await shop.client.cancelOrder(id).catch(() => undefined)
      const last = (await shop.end(id)).at(-1)?.status ?? 'NEW'
      if (!kind?.ends.includes(last)) throw new Error(`order ${number} (${id}) ended ${last}`)
      ended.set(last, (ended.get(last) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return ended
}

describe('2,000 orders by 16 clients', () => {
  it.each([
    ['in memory', undefined],
    ['on disk', tmpdir()],
  ])(
    'all end, and every invariant holds, with the data %s',
    async (_where, folder) => {
      const shop = await openShop({}, inject('assembly'), folder)
      try {
        const ended = await run(shop)
        await shop.assertInvariants()
        expect([...ended.values()].reduce((sum, count) => sum + count, 0)).toBe(orders)
        expect(ended.get('FAILED')).toBe(orders / 5)
        expect(ended.get('COMPLETED')).toBeGreaterThanOrEqual((orders * 7) / 10)
      } finally {
        await shop.stop()
      }
    },
    400_000,
  )
})
