import { DescribeExecutionCommand } from '@aws-sdk/client-sfn'
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Activity } from '../local/aws/activity.ts'
import type { Fault } from '../local/dynamodb/index.ts'
import type { OrderRow } from '../model/order.ts'
import type { OrderStatus } from '../model/status.ts'
import { failureOf, invoke } from './harness/functions.ts'
import { signedGraphql } from './harness/graphql.ts'
import { pausePayments, paymentOf, resumePayments } from './harness/payments.ts'
import {
  orderThatWasNotStarted,
  retryOrder,
  rowOf,
  stopByHand,
  takeFromStock,
  until,
  untilStatus,
} from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

const items = [{ sku: 'PLUM-1', qty: 2 }]

describe('a step', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop({ PaymentTaskTimeout: '3' })))
  afterEach(async () => {
    shop.cloud.faults.clear()
    await shop.assertInvariants()
  })
  afterAll(() => shop.stop())

  const way = async (id: string): Promise<string> =>
    (await shop.end(id)).map(({ status }) => status).join(' ')
  const available = async (): Promise<number> =>
    (await shop.client.inventory({ skus: ['PLUM-1'] })).items[0]?.available ?? 0
  const failuresSince = (began: number): readonly Activity[] =>
    shop.activities.slice(began).filter(({ what }) => /^(LambdaFunction|Task)Failed$/.test(what))
  /** Holds back the next call like this until long after the order was undone. */
  const holdBack = (call: Fault): void =>
    void shop.cloud.faults.inject({ latencyMs: 2_500, times: 1, ...call })
  const heldBack = (): Promise<true> => until(() => Promise.resolve(!shop.cloud.faults.any && true))
  /** Waits until nothing that was held back can come any more. */
  const wentBy = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2_700))
  /** An order that was written there as it is, with the way it went. */
  const written = (statuses: OrderStatus[], change: Partial<OrderRow> = {}): Promise<string> => {
    const at = new Date().toISOString()
    const timeline = statuses.map((status) => ({ status, at }))
    const status = statuses.at(-1) ?? 'NEW'
    return orderThatWasNotStarted(shop, Date.now(), { status, timeline, version: statuses.length, ...change })
  }

  describe('that comes when its order was undone meanwhile changes nothing', () => {
    const undone = 'COMPENSATING FAILED'

    it('is the payment, before it was booked: what was charged is given back', async () => {
      await pausePayments(shop)
      const { id } = await shop.order({ items, paymentMethod: 'pm_slow' })
      await resumePayments(shop)
      await until(async () => (await paymentOf(shop, id))?.status === 'PENDING')
      holdBack({ action: 'TransactWriteItems', table: shop.outputs.PaymentsTable ?? '' })
      await heldBack()
      await stopByHand(shop, id)
      expect(await way(id)).toBe(`NEW ${undone}`)
      await wentBy()
      expect(await paymentOf(shop, id)).toMatchObject({ status: 'REFUNDED' })
      expect(await rowOf(shop, id)).toMatchObject({ status: 'FAILED', version: 3 })
    })

    it('is the reservation: the stock stays', async () => {
      const before = await available()
      holdBack({ action: 'TransactWriteItems', table: shop.outputs.InventoryTable ?? '' })
      const { id } = await shop.order({ items })
      await untilStatus(shop, id, 'PAID')
      await heldBack()
      await stopByHand(shop, id)
      expect(await way(id)).toBe(`NEW PAID ${undone}`)
      await wentBy()
      expect(await rowOf(shop, id)).toMatchObject({ status: 'FAILED', version: 4 })
      expect(await available()).toBe(before)
    })

    it('is the closing: the order stays undone', async () => {
      const before = await available()
      holdBack({ action: 'UpdateItem', table: shop.outputs.OrdersTable ?? '' })
      const { id } = await shop.order({ items })
      await untilStatus(shop, id, 'RESERVED')
      await heldBack()
      await stopByHand(shop, id)
      expect(await way(id)).toBe(`NEW PAID RESERVED ${undone}`)
      await wentBy()
      expect(await rowOf(shop, id)).toMatchObject({ status: 'FAILED', version: 5 })
      expect(await available()).toBe(before)
    })
  })

  it('that is repeated finds its work done and answers as the first time', async () => {
    const { id } = await shop.order({ items })
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    await until(async () => (await rowOf(shop, id)).notifiedAt)
    const before = [await rowOf(shop, id), await paymentOf(shop, id), await available()]
    for (const step of ['UpdateInventory', 'SendNotification'])
      expect([step, await invoke(shop, step, { orderId: id })]).toEqual([step, undefined])
    for (const step of ['CompensateRestock', 'CompensateRefund'])
      expect([step, await invoke(shop, step, { orderId: id })]).toEqual([step, 'Error']) // no fence stands before it
    expect([await rowOf(shop, id), await paymentOf(shop, id), await available()]).toEqual(before)
  })

  it('of the way back that is repeated does so, too; a step forward is refused by then', async () => {
    const { id } = await shop.order({ items: [...items, { sku: 'NOT-SOLD-HERE', qty: 1 }] })
    expect(await way(id)).toBe('NEW PAID COMPENSATING FAILED')
    await until(async () => (await rowOf(shop, id)).notifiedAt)
    const before = [await rowOf(shop, id), await paymentOf(shop, id), await available()]
    const again = (step: string) => invoke(shop, step, { orderId: id, step: 'test', error: 'Test' })
    for (const step of ['CompensateRestock', 'CompensateRefund', 'CloseUndone'])
      expect([step, await again(step)]).toEqual([step, undefined])
    for (const step of ['UpdateInventory', 'SendNotification'])
      expect([step, await again(step)]).toEqual([step, 'OrderCancelled'])
    expect(await again('BeginUndo')).toBe('OrderClosed')
    expect([await rowOf(shop, id), await paymentOf(shop, id), await available()]).toEqual(before)
  })

  it.each(['CANCELLED', 'FAILED'] as const)(
    'that begins an undo keeps what the first one fixed, and can be repeated (%s)',
    async (outcome) => {
      const failure = { code: 'OutOfStock', message: 'Not everything that was ordered is in stock.' }
      const id = await written(['NEW', 'PAID', 'COMPENSATING', 'NEEDS_ATTENTION'], { outcome, failure })
      for (let times = 0; times < 2; times += 1) {
        expect(await invoke(shop, 'BeginUndo', { orderId: id, step: 'X', error: 'Other' })).toBeUndefined()
        const fixed = { status: 'COMPENSATING', version: 5, outcome, failure }
        expect(await rowOf(shop, id)).toMatchObject(fixed)
      }
      for (const step of ['CompensateRestock', 'CompensateRefund', 'CloseUndone'])
        expect(await invoke(shop, step, { orderId: id })).toBeUndefined()
      expect(await rowOf(shop, id)).toMatchObject({ status: outcome })
    },
  )

  it('that begins an undo at the same moment as another begins it once', async () => {
    const id = await written(['NEW', 'PAID'])
    holdBack({ action: 'UpdateItem', table: shop.outputs.OrdersTable ?? '', latencyMs: 500, times: 2 })
    const begin = () =>
      invoke(shop, 'BeginUndo', { orderId: id, step: 'UpdateInventory', error: 'OutOfStock' })
    expect(await Promise.all([begin(), begin()])).toEqual([undefined, undefined])
    const failure = { code: 'OutOfStock' }
    expect(await rowOf(shop, id)).toMatchObject({
      status: 'COMPENSATING',
      version: 3,
      outcome: 'FAILED',
      failure,
    })
    for (const step of ['CompensateRefund', 'CloseUndone']) await invoke(shop, step, { orderId: id })
    expect(await way(id)).toBe('NEW PAID COMPENSATING FAILED')
  })

  it('that begins an undo while a cancel is asked for ends the order as that asks', async () => {
    const id = await written(['NEW', 'PAID'])
    holdBack({ action: 'UpdateItem', table: shop.outputs.OrdersTable ?? '', latencyMs: 800 })
    const begun = invoke(shop, 'BeginUndo', { orderId: id, step: 'UpdateInventory', error: 'OutOfStock' })
    await heldBack()
    await shop.client.cancelOrder(id)
    expect(await begun).toBeUndefined()
    expect(await rowOf(shop, id)).toMatchObject({ status: 'COMPENSATING', version: 3, outcome: 'CANCELLED' })
    for (const step of ['CompensateRefund', 'CloseUndone']) await invoke(shop, step, { orderId: id })
    expect(await way(id)).toBe('NEW PAID COMPENSATING CANCELLED')
  })

  it.each([
    ['stock', ['CompensateRefund'], 'the stock is held'],
    ['money', ['CompensateRestock'], 'the payment is unknown'],
    ['both', [], 'the payment is unknown, the stock is held'],
  ])('that closes an undone order calls a person while there may be %s out', async (_, undone, left) => {
    await takeFromStock(shop, 'PLUM-1', 2) // which is held by the order then
    const id = await written(['NEW', 'PAID', 'COMPENSATING'], { outcome: 'FAILED', items, stockHeld: true })
    for (const step of undone) await invoke(shop, step, { orderId: id })
    const errorMessage = `Not everything of order '${id}' is undone: ${left}`
    expect(await failureOf(shop, 'CloseUndone', { orderId: id })).toMatchObject({
      errorType: 'NeedsAttention',
      errorMessage,
    })
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEEDS_ATTENTION', version: 4 })
    await retryOrder(shop, id)
    expect(await way(id)).toBe('NEW PAID COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
  })

  it('that finds something out calls a person for its own undo, not for one begun meanwhile', async () => {
    const id = await written(['NEW', 'PAID', 'COMPENSATING'], { outcome: 'FAILED' })
    holdBack({ action: 'UpdateItem', table: shop.outputs.OrdersTable ?? '' })
    const late = invoke(shop, 'CloseUndone', { orderId: id })
    await heldBack()
    expect(await invoke(shop, 'CloseUndone', { orderId: id })).toBe('NeedsAttention')
    await invoke(shop, 'BeginUndo', { orderId: id, step: 'test', error: 'Test' })
    expect(await late).toBe('NeedsAttention')
    expect(await rowOf(shop, id)).toMatchObject({ status: 'COMPENSATING', version: 5 })
    for (const step of ['CompensateRefund', 'CloseUndone']) await invoke(shop, step, { orderId: id })
    expect(await way(id)).toBe('NEW PAID COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
  })

  it('that closes an undone order leaves one alone for which a person was called', async () => {
    const id = await written(['NEW', 'COMPENSATING', 'NEEDS_ATTENTION'], { outcome: 'FAILED' })
    await invoke(shop, 'CompensateRefund', { orderId: id }) // late: nothing is out any more
    expect(await invoke(shop, 'CloseUndone', { orderId: id })).toBe('NeedsAttention')
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEEDS_ATTENTION', version: 3 })
    await retryOrder(shop, id)
    expect(await way(id)).toBe('NEW COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
  })

  it('that gives back stock of a product that was taken away calls a person, who puts it there again', async () => {
    const gone = 'GONE-1'
    const lines = { items: [{ sku: gone, qty: 2 }], stockHeld: true }
    const id = await written(['NEW', 'PAID', 'COMPENSATING'], { outcome: 'FAILED', ...lines })
    expect(await invoke(shop, 'CompensateRestock', { orderId: id })).toBe('Error')
    await invoke(shop, 'CompensateRefund', { orderId: id })
    expect(await invoke(shop, 'CloseUndone', { orderId: id })).toBe('NeedsAttention')
    await signedGraphql(shop, 'mutation ($sku: String!) { setStock(sku: $sku, available: 5) { sku } }', {
      sku: gone,
    })
    await retryOrder(shop, id)
    expect(await way(id)).toBe('NEW PAID COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
    const Key = { sku: gone }
    const table = { TableName: shop.outputs.InventoryTable, Key }
    expect((await shop.dynamodb.send(new GetCommand(table))).Item).toMatchObject({ available: 7 })
    await shop.dynamodb.send(new DeleteCommand(table)) // of which the invariants know nothing
  })

  it('that gives back stock twice at the same moment gives it back once', async () => {
    const before = await available()
    await takeFromStock(shop, 'PLUM-1', 2)
    const id = await written(['NEW', 'PAID', 'COMPENSATING'], { outcome: 'FAILED', items, stockHeld: true })
    const table = shop.outputs.InventoryTable ?? ''
    shop.cloud.faults.inject({ action: 'TransactWriteItems', table, latencyMs: 500, times: 2 })
    const giveBack = () => invoke(shop, 'CompensateRestock', { orderId: id })
    expect(await Promise.all([giveBack(), giveBack()])).toEqual([undefined, undefined])
    expect(await available()).toBe(before)
    for (const step of ['CompensateRefund', 'CloseUndone']) await invoke(shop, step, { orderId: id })
  })

  it('tries again by itself when its transaction meets another', async () => {
    const conflict = { error: 'TransactionConflict', times: 3 } as const
    const { InventoryTable: inventory = '', OrdersTable: orders = '' } = shop.outputs
    shop.cloud.faults.inject({ action: 'TransactWriteItems', table: inventory, ...conflict })
    shop.cloud.faults.inject({ action: 'UpdateItem', table: orders, ...conflict })
    const began = shop.activities.length
    const { id } = await shop.order({ items })
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    expect(shop.cloud.faults.any).toBe(false)
    expect(failuresSince(began)).toEqual([])
  })

  it('meets other transactions seven times by itself, and leaves the eighth to the saga', async () => {
    await takeFromStock(shop, 'PLUM-1', 2)
    const id = await written(['NEW', 'PAID', 'COMPENSATING'], { outcome: 'FAILED', items, stockHeld: true })
    const meeting = async (times: number, action: string, table: string, step: string) => {
      const met = { action, table: shop.outputs[table] ?? '', error: 'TransactionConflict', times } as const
      shop.cloud.faults.inject(met)
      const answer = await invoke(shop, step, { orderId: id })
      return { answer, left: shop.cloud.faults.any }
    }
    const restock = ['TransactWriteItems', 'InventoryTable', 'CompensateRestock'] as const
    const close = ['UpdateItem', 'OrdersTable', 'CloseUndone'] as const
    expect(await meeting(8, ...restock)).toEqual({ answer: 'TransactionCanceledException', left: false })
    expect(await meeting(7, ...restock)).toEqual({ answer: undefined, left: false })
    await invoke(shop, 'CompensateRefund', { orderId: id })
    expect(await meeting(8, ...close)).toEqual({ answer: 'TransactionConflictException', left: false })
    expect(await meeting(7, ...close)).toEqual({ answer: undefined, left: false })
  })

  it('that closes an order does not fail when nobody can be told', async () => {
    shop.cloud.sns.faults.failPublish(1_000)
    const began = shop.activities.length
    const { id } = await shop.order()
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    const executionArn = `${shop.outputs.StateMachineArn?.replace(':stateMachine:', ':execution:') ?? ''}:${id}`
    const describe = new DescribeExecutionCommand({ executionArn })
    await until(async () => (await shop.states.send(describe)).status === 'SUCCEEDED')
    shop.cloud.sns.faults.failPublish(0)
    expect(failuresSince(began)).toEqual([])
    expect(await rowOf(shop, id)).toHaveProperty('owed')
  })

  it('that gets no payment in time has the order undone, and says so', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    const changes = await shop.end(id)
    await resumePayments(shop)
    expect(changes.map(({ status }) => status)).toEqual(['NEW', 'COMPENSATING', 'FAILED'])
    expect(changes.at(-1)?.failure).toEqual({
      code: 'PaymentTimeout',
      message: 'The payment did not come through in time.',
    })
  })
})
