import { setTimeout as pause } from 'node:timers/promises'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { StatusChange } from '../client/sdk/index.ts'
import type { PaymentRow } from '../model/tables.ts'
import type { Fault } from '../local/dynamodb/index.ts'
import { pausePayments, paymentOf, resumePayments } from './harness/payments.ts'
import { openShop, type Shop } from './harness/shop.ts'

const way = (changes: readonly StatusChange[]): string => changes.map(({ status }) => status).join(' ')

describe('a cancel', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterEach(() => shop.assertInvariants())
  afterAll(() => shop.stop())

  const payment = async (orderId: string): Promise<PaymentRow['status'] | undefined> =>
    (await paymentOf(shop, orderId))?.status
  /** Holds back the next call like this, so that an order stands still before it. */
  const holdBack = (call: Fault): void => void shop.cloud.faults.inject({ latencyMs: 700, times: 1, ...call })
  /** An order that stands still before it is closed: the first plain update that it meets. */
  const reserved = async (): Promise<string> => {
    await pausePayments(shop) // until what is left of earlier orders has been written
    holdBack({ action: 'UpdateItem', table: shop.outputs.OrdersTable ?? '' })
    const { id } = await shop.order({ items })
    await resumePayments(shop)
    // Not before: the cancel's own update would be the one that is held back.
    while (shop.cloud.faults.any) await pause(10)
    await standsAt(id, 'RESERVED')
    return id
  }
  const standsAt = async (id: string, status: string): Promise<void> => {
    for (let look = 0; look < 200; look += 1) {
      if ((await shop.client.order(id))?.status === status) return
      await pause(10)
    }
    throw new Error(`The order '${id}' was never seen ${status}`)
  }
  const available = async (): Promise<number | undefined> =>
    (await shop.client.inventory({ skus: ['PLUM-1'] })).items[0]?.available
  const items = [{ sku: 'PLUM-1', qty: 2 }]
  const refusedAs = (status: string): object => ({
    type: 'OrderNotCancellable',
    info: { status, retryable: false },
  })

  it('before the payment charges nothing', async () => {
    await pausePayments(shop)
    const { id } = await shop.order({ items })
    const asked = await shop.client.cancelOrder(id, 'too dear')
    expect(asked).toMatchObject({ status: 'NEW', version: 1, cancelReason: 'too dear' })
    expect(asked.cancelRequestedAt).not.toBeNull()
    await resumePayments(shop)
    expect(way(await shop.end(id))).toBe('NEW COMPENSATING CANCELLED')
    expect(await payment(id)).toBe('VOIDED')
  })

  it('between the look at the order and the payment charges nothing', async () => {
    holdBack({ action: 'TransactWriteItems', table: shop.outputs.PaymentsTable ?? '' })
    const { id } = await shop.order({ items })
    while (shop.cloud.faults.any) await pause(10)
    await shop.client.cancelOrder(id)
    expect(way(await shop.end(id))).toBe('NEW COMPENSATING CANCELLED')
    const Key = { id: `sim_${id}` }
    const get = new GetCommand({ TableName: shop.outputs.SimulatedProviderTable, Key })
    expect([await payment(id), (await shop.dynamodb.send(get)).Item?.state]).toEqual(['VOIDED', 'prepared'])
  })

  it('while the provider charges gives the money back, though the order was never paid', async () => {
    const { id } = await shop.order({ items, paymentMethod: 'pm_slow' })
    while ((await payment(id)) !== 'PENDING') await pause(10)
    await shop.client.cancelOrder(id)
    expect(way(await shop.end(id))).toBe('NEW COMPENSATING CANCELLED')
    // What was charged is booked alone, so that nobody need ask the provider.
    const booked = shop.activities.flatMap(({ what, input }) => {
      const { Key: key, ExpressionAttributeValues: values } = { ...input } as Record<string, object>
      const ofPayment =
        what === 'UpdateItem' && JSON.stringify(key) === JSON.stringify({ orderId: { S: id } })
      return ofPayment ? [(values as { ':to': { S: string } })[':to'].S] : []
    })
    expect(booked).toEqual(['CHARGED', 'REFUNDED'])
    expect(await payment(id)).toBe('REFUNDED')
  })

  it('after the payment gives the money back', async () => {
    const before = await available()
    holdBack({ action: 'TransactWriteItems', table: shop.outputs.InventoryTable ?? '' })
    const { id } = await shop.order({ items })
    await standsAt(id, 'PAID')
    expect(await shop.client.cancelOrder(id)).toMatchObject({
      status: 'PAID',
      version: 2,
      cancelReason: null,
    })
    expect(way(await shop.end(id))).toBe('NEW PAID COMPENSATING CANCELLED')
    expect([await payment(id), await available()]).toEqual(['REFUNDED', before])
  })

  it('after the stock was taken gives back stock and money', async () => {
    const before = await available()
    const id = await reserved()
    expect(await available()).toBe((before ?? 0) - 2)
    expect(await shop.client.cancelOrder(id, 'late')).toMatchObject({ status: 'RESERVED', version: 3 })
    const changes = await shop.end(id)
    expect(way(changes)).toBe('NEW PAID RESERVED COMPENSATING CANCELLED')
    expect(changes.at(-1)?.failure).toBeNull()
    expect([await payment(id), await available()]).toEqual(['REFUNDED', before])
  })

  it('asked for twice, at once, is one cancel: the first reason stays', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    const first = await shop.client.cancelOrder(id, 'first')
    const [again, more] = await Promise.all([
      shop.client.cancelOrder(id, 'second'),
      shop.client.cancelOrder(id, 'third'),
    ])
    expect([again, more]).toEqual([first, first])
    await resumePayments(shop)
    await shop.end(id)
    expect(await shop.client.cancelOrder(id, 'fourth')).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'first',
    })
  })

  it('of an order that is being cancelled is the same cancel', async () => {
    const id = await reserved()
    await shop.client.cancelOrder(id, 'once')
    holdBack({ action: 'GetItem', table: shop.outputs.PaymentsTable ?? '' })
    await standsAt(id, 'COMPENSATING')
    expect(await shop.client.cancelOrder(id, 'twice')).toMatchObject({
      status: 'COMPENSATING',
      cancelReason: 'once',
    })
    expect(way(await shop.end(id))).toBe('NEW PAID RESERVED COMPENSATING CANCELLED')
  })

  it('of an order that is being undone for another reason is refused, and changes nothing', async () => {
    holdBack({ action: 'GetItem', table: shop.outputs.PaymentsTable ?? '' })
    const { id } = await shop.order({ paymentMethod: 'pm_declined' })
    await standsAt(id, 'COMPENSATING')
    await expect(shop.client.cancelOrder(id)).rejects.toMatchObject(refusedAs('COMPENSATING'))
    expect(way(await shop.end(id))).toBe('NEW COMPENSATING FAILED')
    expect(await shop.client.order(id)).toMatchObject({ cancelRequestedAt: null, cancelReason: null })
  })

  it.each([
    ['COMPLETED', 'pm_approved'],
    ['FAILED', 'pm_declined'],
  ])('of an order that is %s is refused', async (status, paymentMethod) => {
    const { id } = await shop.order({ paymentMethod })
    await shop.end(id)
    await expect(shop.client.cancelOrder(id)).rejects.toMatchObject(refusedAs(status))
    expect(await shop.client.order(id)).toMatchObject({ status, cancelRequestedAt: null })
  })

  it.each(['nobody', '', 'x'.repeat(4_000)])('of an order that nobody knows is refused (%#)', async (id) => {
    await expect(shop.client.cancelOrder(id)).rejects.toMatchObject({
      type: 'OrderNotFound',
      retryable: false,
    })
    expect(await shop.client.order(id)).toBeNull()
  })

  it('takes a reason of 500 characters at most', async () => {
    const { id } = await shop.order()
    await expect(shop.client.cancelOrder(id, 'r'.repeat(501))).rejects.toMatchObject({
      violations: [{ path: 'reason' }],
    })
    expect(way(await shop.end(id))).toBe('NEW PAID RESERVED COMPLETED')
  })
})
