import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { StatusChange } from '../client/sdk/index.ts'
import { invoke } from './harness/functions.ts'
import { pausePayments, paymentOf, resumePayments } from './harness/payments.ts'
import { rowOf, runningExecutions, until } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

const way = (changes: readonly StatusChange[]): string => changes.map(({ status }) => status).join(' ')

describe('the way of an order', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterEach(() => shop.assertInvariants())
  afterAll(() => shop.stop())

  const available = async (sku: string): Promise<number> =>
    (await shop.client.inventory({ skus: [sku] })).items[0]?.available ?? 0

  it('goes from NEW to COMPLETED, watched live', async () => {
    const before = await available('SKU123')
    const order = await shop.order({ items: [{ sku: 'SKU123', qty: 3 }] })
    expect(order).toMatchObject({
      status: 'NEW',
      version: 1,
      nextStatuses: ['PAID', 'COMPENSATING'],
      currency: 'USD',
    })
    expect(way(await shop.end(order.id))).toBe('NEW PAID RESERVED COMPLETED')
    expect(await available('SKU123')).toBe(before - 3)
    expect(await paymentOf(shop, order.id)).toMatchObject({
      status: 'CHARGED',
      amount: 1999,
      currency: 'USD',
    })
  })

  it('ends FAILED when the payment is declined, and touches no stock', async () => {
    const before = await available('SKU123')
    const order = await shop.order({ paymentMethod: 'pm_declined' })
    const changes = await shop.end(order.id)
    expect(way(changes)).toBe('NEW COMPENSATING FAILED')
    expect(changes.at(-1)?.failure).toEqual({ code: 'PaymentDeclined', message: 'The payment was declined.' })
    expect(await paymentOf(shop, order.id)).toMatchObject({ status: 'DECLINED' })
    expect(await available('SKU123')).toBe(before)
  })

  it('gives the money back when something is out of stock, and takes nothing of the rest', async () => {
    const before = await available('SKU123')
    const items = [
      { sku: 'SKU123', qty: 1 },
      { sku: 'SKU999', qty: 1000 },
      { sku: 'NOT-SOLD-HERE', qty: 1 },
    ]
    const order = await shop.order({ items })
    const changes = await shop.end(order.id)
    expect(way(changes)).toBe('NEW PAID COMPENSATING FAILED')
    expect(changes.at(-1)?.failure?.code).toBe('OutOfStock')
    expect(await paymentOf(shop, order.id)).toMatchObject({ status: 'REFUNDED' })
    expect(await available('SKU123')).toBe(before)
  })

  it('takes the last of a stock, and not one more', async () => {
    await shop.setStock('PEAR-1', 3)
    const tooMuch = await shop.order({ items: [{ sku: 'PEAR-1', qty: 4 }] })
    expect(way(await shop.end(tooMuch.id))).toBe('NEW PAID COMPENSATING FAILED')
    expect(await available('PEAR-1')).toBe(3)
    const rest = await shop.order({ items: [{ sku: 'PEAR-1', qty: 3 }] })
    expect(way(await shop.end(rest.id))).toBe('NEW PAID RESERVED COMPLETED')
    expect(await available('PEAR-1')).toBe(0)
  })

  it.each(['pm_lost_answer', 'pm_slow', 'pm_unavailable'])('charges once with %s', async (paymentMethod) => {
    const order = await shop.order({ paymentMethod })
    expect(way(await shop.end(order.id))).toBe('NEW PAID RESERVED COMPLETED')
  })

  /** Delivers payment messages a first time, for tasks that hear nothing; the orders' own messages come later. */
  const deliver = (...ids: string[]): Promise<string | undefined> => {
    const messages = ids.map((orderId) => ({ orderId, taskToken: 'of-a-task-that-hears-nothing' }))
    const Records = messages.map((message) => ({
      messageId: message.orderId,
      body: JSON.stringify(message),
    }))
    return invoke(shop, 'ProcessPayment', { Records })
  }

  it.each([
    ['pm_approved', 'CHARGED', 'NEW PAID RESERVED COMPLETED', undefined],
    ['pm_declined', 'DECLINED', 'NEW COMPENSATING FAILED', 'PaymentDeclined'],
  ])('goes on with what became of its payment when the answer was lost (%s: %s)', async (...what) => {
    const [paymentMethod, settled, goesOn, code] = what
    await pausePayments(shop)
    const { id } = await shop.order({ paymentMethod })
    await deliver(id)
    expect(await paymentOf(shop, id)).toMatchObject({ status: settled })
    await resumePayments(shop)
    expect(way(await shop.end(id))).toBe(goesOn)
    expect((await rowOf(shop, id)).failure?.code).toBe(code)
  })

  it('waits for no payment that came with its own: those of a batch are taken side by side', async () => {
    await pausePayments(shop)
    const slow = await shop.order({ paymentMethod: 'pm_slow' })
    const quick = await shop.order()
    await deliver(slow.id, quick.id)
    const paidAt = async (id: string): Promise<number> =>
      Date.parse((await rowOf(shop, id)).timeline[1]?.at ?? '')
    expect(await paidAt(quick.id)).toBeLessThan(await paidAt(slow.id))
    await resumePayments(shop)
    for (const { id } of [slow, quick]) expect(way(await shop.end(id))).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('goes on when another delivery books its payment between two looks at it', async () => {
    const { PaymentsTable: payments = '', OrdersTable: orders = '' } = shop.outputs
    await pausePayments(shop)
    const { id } = await shop.order({ paymentMethod: 'pm_slow' })
    const first = deliver(id)
    await until(async () => (await paymentOf(shop, id))?.status === 'PENDING')
    const { faults } = shop.cloud
    faults.inject({ action: 'TransactWriteItems', table: payments, latencyMs: 1_500, times: 1 })
    await until(() => Promise.resolve(!faults.any))
    const end = shop.cloud.watch(({ what, input, principal }) => {
      const table = (input as { TableName?: string } | undefined)?.TableName
      if (what !== 'GetItem' || table !== payments || principal?.kind !== 'role') return
      end()
      faults.inject({ action: 'GetItem', table: orders, latencyMs: 2_000, times: 1 })
    })
    await resumePayments(shop)
    expect(way(await shop.end(id))).toBe('NEW PAID RESERVED COMPLETED')
    await first
  })

  it('completes an order although nobody can be told, and owes the notice', async () => {
    shop.cloud.sns.faults.failPublish(20)
    const order = await shop.order()
    expect(way(await shop.end(order.id))).toBe('NEW PAID RESERVED COMPLETED')
    await until(async () => (await runningExecutions(shop)).length === 0) // it has tried more than once to tell
    shop.cloud.sns.faults.failPublish(0)
    expect(await rowOf(shop, order.id)).toMatchObject({ status: 'COMPLETED', owed: 'owed' })
  })

  it('is cancelled before the payment: nothing is charged', async () => {
    await pausePayments(shop)
    const order = await shop.order()
    const cancelled = await shop.client.cancelOrder(order.id, 'changed my mind')
    expect(cancelled).toMatchObject({ status: 'NEW', version: 1, cancelReason: 'changed my mind' })
    expect(await shop.client.cancelOrder(order.id)).toMatchObject({ cancelReason: 'changed my mind' })
    await resumePayments(shop)
    expect(way(await shop.end(order.id))).toBe('NEW COMPENSATING CANCELLED')
    expect(await paymentOf(shop, order.id)).toMatchObject({ status: 'VOIDED' })
  })

  it('cannot be cancelled once it is completed', async () => {
    const order = await shop.order()
    await shop.end(order.id)
    await expect(shop.client.cancelOrder(order.id)).rejects.toMatchObject({
      type: 'OrderNotCancellable',
      info: { status: 'COMPLETED' },
    })
  })

  it('is one order however often the same request is made', async () => {
    const request = {
      customerEmail: 'Grace@Example.com',
      items: [{ sku: 'SKU123', qty: 1 }],
      totalAmount: 5,
      idempotencyKey: 'the-same-key-every-time',
    }
    const orders = await Promise.all([1, 2, 3, 4].map(() => shop.order(request)))
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1)
    expect(orders[0]?.customerEmail).toBe('grace@example.com')
    await expect(shop.client.createOrder({ ...request, totalAmount: 6 })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      info: { orderId: orders[0]?.id },
    })
  })

  it('is refused with every broken rule at once, and nothing is written', async () => {
    const before = (await shop.client.orders({ limit: 100 })).items.length
    const error: unknown = await shop.client
      .createOrder({ customerEmail: 'nobody', items: [{ sku: '?', qty: 0 }], totalAmount: 1.999 })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ type: 'ValidationError' })
    const paths = (error as { violations: { path: string }[] }).violations.map(({ path }) => path)
    expect(paths).toEqual(['customerEmail', 'items[0].sku', 'items[0].qty', 'totalAmount'])
    expect((await shop.client.orders({ limit: 100 })).items.length).toBe(before)
  })

  it('is null for an id that nobody has', async () => {
    expect(await shop.client.order('nobody')).toBeNull()
  })
})
