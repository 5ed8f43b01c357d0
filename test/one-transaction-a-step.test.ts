import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Activity } from '../local/aws/activity.ts'
import { openShop, type Shop } from './harness/shop.ts'

/** Writes of the step functions to the tables that hold effects and statuses, in the order they were made. */
function commits(activities: readonly Activity[], orderId: string, shop: Shop): string[] {
  const provider = shop.outputs.SimulatedProviderTable ?? ''
  const nameOf = new Map(
    ['Orders', 'Payments', 'Inventory'].map((name) => [shop.outputs[`${name}Table`], name]),
  )
  const writes = /^(TransactWriteItems|PutItem|UpdateItem|DeleteItem|BatchWriteItem)$/
  return activities.flatMap(({ service, what, principal, input, error }) => {
    const text = JSON.stringify(input ?? {})
    const ours =
      service === 'dynamodb' && writes.test(what) && principal?.kind === 'role' && text.includes(orderId)
    if (!ours || text.includes(provider) || error !== undefined) return []
    const role = /OrderSystem-(\w+?)Role/.exec(principal.roleArn)?.[1] ?? principal.roleArn
    const tables = [...text.matchAll(/"TableName":"([^"]+)"/g)].map(
      ([, table]) => nameOf.get(table) ?? 'other',
    )
    return [`${role} ${what} ${tables.join('+')}`]
  })
}

describe('effect and status are one transaction', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterAll(() => shop.stop())

  it('on the way forward', async () => {
    const { id } = await shop.order({
      items: [
        { sku: 'SKU123', qty: 1 },
        { sku: 'SKU999', qty: 2 },
      ],
    })
    await shop.end(id)
    await shop.assertInvariants()
    expect(commits(shop.activities, id, shop)).toEqual([
      'ApiOrders TransactWriteItems Orders+other',
      'ProcessPayment TransactWriteItems Orders+Payments',
      'ProcessPayment TransactWriteItems Orders+Payments',
      'UpdateInventory TransactWriteItems Orders+Inventory+Inventory',
      'SendNotification UpdateItem Orders',
      'SendNotification UpdateItem Orders',
    ])
  })

  it('on the way back', async () => {
    const { id } = await shop.order({
      items: [
        { sku: 'SKU123', qty: 1 },
        { sku: 'NOT-SOLD-HERE', qty: 1 },
      ],
    })
    await shop.end(id)
    await shop.assertInvariants()
    expect(commits(shop.activities, id, shop).slice(3)).toEqual([
      'BeginUndo UpdateItem Orders',
      'CompensateRefund UpdateItem Payments',
      'CloseUndone UpdateItem Orders',
      'CloseUndone UpdateItem Orders',
    ])
  })
})
