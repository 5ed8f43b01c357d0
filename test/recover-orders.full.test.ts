import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge'
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OrderRow } from '../model/order.ts'
import type { OrderStatus } from '../model/status.ts'
import { invoke } from './harness/functions.ts'
import { counted as countedBy } from './harness/metrics.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import {
  orderThatWasNotStarted,
  recover,
  retryOrder,
  rowOf,
  stopByHand,
  until,
  untilStatus,
} from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

/** What one run promises: orders of a status that it looks at, and milliseconds between two. */
const promised = { most: 100, pace: 50 }

/** Calls that the SDK makes before one fails. */
const attempts = 4

/** An hour ago: long enough for every order to be looked at. */
const longAgo = Date.now() - 3_600_000

describe('recover-orders, run by hand alone', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop({ NewWithoutExecution: '60', NoticeRetryAge: '1', UndoRetries: '30' })
    await switchOffRules()
  })
  afterEach(async () => {
    shop.cloud.faults.clear()
    shop.cloud.sns.faults.failPublish(0)
    await shop.assertInvariants()
  })
  afterAll(() => shop.stop())

  async function switchOffRules(): Promise<void> {
    const { region, awsEndpoint: endpoint } = shop.cloud.place
    const events = new EventBridgeClient({ region, endpoint, credentials: shop.cloud.operator })
    const { Rules = [] } = await events.send(new ListRulesCommand({}))
    expect(Rules).toHaveLength(2)
    for (const { Name } of Rules) await events.send(new DisableRuleCommand({ Name }))
    events.destroy()
  }

  const way = async (id: string): Promise<string> =>
    (await shop.end(id)).map(({ status }) => status).join(' ')

  /** How often it did this, as CloudWatch tells. */
  const counted = (name: string): Promise<number> => countedBy(shop, 'recover-orders', name)
  const untilCounted = (name: string, times: number): Promise<void> =>
    expect.poll(() => counted(name), { timeout: 20_000, interval: 50, message: name }).toBe(times)

  /** Orders that a run asked Step Functions about, with the time. */
  const lookedAt = (from: number): { at: number; name: string }[] =>
    shop.activities.slice(from).flatMap(({ what, at, input, principal }) => {
      if (what !== 'DescribeExecution' || principal?.kind !== 'role') return []
      return [{ at, name: (input as { executionArn: string }).executionArn.split(':').at(-1) ?? '' }]
    })

  /** An order as it would stand there, an hour old, had all executions of it been lost. */
  const lostOrder = (way: OrderStatus[], change: Partial<OrderRow> = {}): Promise<string> => {
    const at = new Date(longAgo).toISOString()
    const timeline = way.map((status) => ({ status, at }))
    const status = way.at(-1) ?? 'NEW'
    return orderThatWasNotStarted(shop, longAgo, { status, version: way.length, timeline, ...change })
  }

  /** An order whose saga was lost before it began, once its watcher has read it: the next read of it is another's. */
  const watchedOrder = async (change: Partial<OrderRow> = {}): Promise<string> => {
    const began = shop.activities.length
    const id = await lostOrder(['NEW'], change)
    const watched = (): boolean => shop.activities.slice(began).some(({ what }) => what === 'Query.order')
    await until(() => Promise.resolve(watched()))
    return id
  }

  const startOf = (id: string): StartExecutionCommand =>
    new StartExecutionCommand({
      stateMachineArn: shop.outputs.StateMachineArn,
      name: id,
      input: JSON.stringify({ orderId: id }),
    })

  const sagaStatus = async (id: string): Promise<string | undefined> => {
    const arn = shop.outputs.StateMachineArn?.replace(':stateMachine:', ':execution:') ?? ''
    return (await shop.states.send(new DescribeExecutionCommand({ executionArn: `${arn}:${id}` }))).status
  }

  it('looks at a hundred orders of a status, the oldest first and paced, and counts what it did', async () => {
    const count = promised.most + 3
    const numbers = Array.from({ length: count }, (_, index) => (index * 40) % count) // no order of time
    const ids = await Promise.all(numbers.map((number) => orderThatWasNotStarted(shop, longAgo + number)))
    const oldestFirst = ids.toSorted()
    const began = shop.activities.length
    await recover(shop)
    const looks = lookedAt(began)
    const names = looks.map(({ name }) => name)
    expect(names.slice(0, promised.most / 2)).toEqual(oldestFirst.slice(0, promised.most / 2))
    // One that goes on quickly is met once more, in its next status.
    expect(new Set(names).size).toBe(promised.most)
    const gaps = looks.slice(1).map(({ at }, index) => at - (looks[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(promised.pace - 5) // clocks round
    await untilCounted('SagasStarted', promised.most)
    const [met, left] = [names, oldestFirst.filter((id) => !names.includes(id))]
    for (const id of met) expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
    for (const id of left) expect(await rowOf(shop, id)).toHaveProperty('status', 'NEW')
    await recover(shop)
    await untilCounted('SagasStarted', count)
    for (const id of left) await shop.end(id)
  }, 90_000)

  it('meets the one that was not started behind a hundred and one that wait for the provider', async () => {
    await pausePayments(shop)
    const older = Array.from({ length: promised.most + 1 }, (_, index) => longAgo + index)
    const waiting = await Promise.all(older.map((made) => orderThatWasNotStarted(shop, made)))
    for (const id of waiting) await shop.states.send(startOf(id))
    const lost = await orderThatWasNotStarted(shop, longAgo + 10_000)
    const status = (): Promise<string | undefined> => sagaStatus(lost).catch(() => undefined)
    for (let run = 0; run < 5 && (await status()) === undefined; run += 1) await recover(shop)
    expect(await status()).toBe('RUNNING')
    await resumePayments(shop)
    for (const id of [lost, ...waiting]) expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  }, 90_000)

  it.each<OrderStatus>(['PAID', 'RESERVED'])(
    'undoes an order that is %s and lost its saga',
    async (status) => {
      const undone = await counted('UndosStarted')
      const forward: OrderStatus[] = ['NEW', 'PAID', 'RESERVED']
      const id = await lostOrder(forward.slice(0, forward.indexOf(status) + 1))
      await recover(shop)
      expect((await way(id)).split(' ').slice(-2)).toEqual(['COMPENSATING', 'FAILED'])
      await untilCounted('UndosStarted', undone + 1)
      expect(await rowOf(shop, id)).toMatchObject({ failure: { code: 'InternalError' } })
    },
  )

  it('leaves an order alone whose saga was started while it was looked at', async () => {
    const id = await watchedOrder()
    const { OrdersTable = '', InventoryTable = '' } = shop.outputs
    shop.cloud.faults.inject({ action: 'GetItem', table: OrdersTable, latencyMs: 2_500, times: 1 })
    const run = recover(shop)
    await until(() => Promise.resolve(!shop.cloud.faults.any)) // it has seen no saga, and reads the order
    shop.cloud.faults.inject({
      action: 'TransactWriteItems',
      table: InventoryTable,
      latencyMs: 3_500,
      times: 1,
    })
    await shop.states.send(startOf(id))
    await untilStatus(shop, id, 'PAID')
    await run
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('begins no second undo beside a saga that was started, and failed, while it was looked at', async () => {
    const id = await watchedOrder({ items: [{ sku: 'NOT-SOLD-HERE', qty: 1 }] })
    const hold = (output: string): (() => void) => {
      let letGo = (): void => undefined
      const held = new Promise<void>((resolve) => (letGo = resolve))
      const table = shop.outputs[output] ?? ''
      shop.cloud.faults.inject({ action: 'GetItem', table, until: held, times: 1 })
      return letGo
    }
    const readOrder = hold('OrdersTable')
    const run = recover(shop)
    await until(() => Promise.resolve(!shop.cloud.faults.any && true)) // it has seen no saga, and reads the order
    const giveBack = hold('PaymentsTable')
    await shop.states.send(startOf(id))
    const { version } = await untilStatus(shop, id, 'COMPENSATING')
    const began = shop.activities.length
    readOrder()
    await run
    expect(lookedAt(began).map(({ name }) => name)).toContain(`${id}-${version}`)
    const undo = shop.outputs.UndoMachineArn?.replace(':stateMachine:', ':execution:') ?? ''
    const describe = new DescribeExecutionCommand({ executionArn: `${undo}:${id}-${version}` })
    await expect(shop.states.send(describe)).rejects.toThrow('Execution Does Not Exist')
    giveBack()
    expect(await way(id)).toBe('NEW PAID COMPENSATING FAILED')
  })

  it('goes on when an order cannot be helped, and fails in the end, naming it', async () => {
    const ids: string[] = []
    for (let made = 0; made < 3; made += 1) ids.push(await lostOrder(['NEW', 'PAID']))
    const [first, ...others] = ids.toSorted()
    const failed = await counted('RecoveriesFailed')
    const table = shop.outputs.OrdersTable ?? ''
    shop.cloud.faults.inject({ action: 'UpdateItem', table, error: 'InternalServerError', times: attempts })
    await expect(recover(shop)).rejects.toThrow(`Not recovered this time: ${first}"`)
    await untilCounted('RecoveriesFailed', failed + 1)
    for (const id of others) expect(await way(id)).toBe('NEW PAID COMPENSATING FAILED')
    await recover(shop)
    expect(await way(first ?? '')).toBe('NEW PAID COMPENSATING FAILED')
  })

  it('leaves an order to the next run that was cancelled while it was looked at', async () => {
    const id = await lostOrder(['NEW', 'PAID'])
    shop.cloud.faults.inject({
      action: 'UpdateItem',
      table: shop.outputs.OrdersTable ?? '',
      latencyMs: 1_000,
      times: 1,
    })
    const run = recover(shop)
    await until(() => Promise.resolve(!shop.cloud.faults.any))
    await shop.client.cancelOrder(id)
    await run
    expect(await rowOf(shop, id)).toMatchObject({ status: 'PAID', version: 2 })
    await recover(shop)
    expect(await way(id)).toBe('NEW PAID COMPENSATING CANCELLED')
  })

  it('calls a person when the undo died, but not for a later undo than the one it saw', async () => {
    const id = await lostOrder(['NEW', 'COMPENSATING'], { outcome: 'FAILED' })
    const { OrdersTable = '', PaymentsTable = '', UndoMachineArn: stateMachineArn } = shop.outputs
    const keepsFailing = {
      action: 'TransactWriteItems',
      table: PaymentsTable,
      error: 'InternalServerError',
    } as const
    shop.cloud.faults.inject(keepsFailing)
    const input = JSON.stringify({ orderId: id, step: 'test', error: 'Test' })
    await shop.states.send(new StartExecutionCommand({ stateMachineArn, name: `${id}-2`, input }))
    await stopByHand(shop, id)
    const heldBack = shop.cloud.faults.inject({
      action: 'UpdateItem',
      table: OrdersTable,
      latencyMs: 4_000,
      times: 1,
    })
    const late = recover(shop)
    await until(() => Promise.resolve(lookedAt(0).at(-1)?.name === `${id}-2`))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    heldBack()
    await recover(shop)
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEEDS_ATTENTION', version: 3 })
    await untilCounted('OrdersGivenUp', 1)
    await retryOrder(shop, id)
    await late
    expect(await rowOf(shop, id)).toMatchObject({ status: 'COMPENSATING', version: 4 })
    shop.cloud.faults.clear()
    expect(await way(id)).toBe('NEW COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
    expect(await counted('OrdersGivenUp')).toBe(1)
  })

  it('counts the notices that it sends again', async () => {
    shop.cloud.sns.faults.failPublish(1_000)
    const orders = await Promise.all([1, 2, 3].map(() => shop.order()))
    for (const { id } of orders) await until(async () => (await sagaStatus(id)) === 'SUCCEEDED')
    shop.cloud.sns.faults.failPublish(0)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await recover(shop)
    await untilCounted('NoticesToldAgain', 3)
    for (const { id } of orders) expect(await rowOf(shop, id)).toHaveProperty('notifiedAt')
  })

  /** An old order that was undone at this time, and that nobody was told of. */
  async function untold(closed: number): Promise<string> {
    const at = new Date(closed).toISOString()
    const timeline = (['NEW', 'COMPENSATING', 'FAILED'] as const).map((status) => ({ status, at }))
    const undone = { timeline, updatedAt: at, outcome: 'FAILED', owed: 'owed' } as const
    const orderId = await lostOrder(['NEW', 'COMPENSATING', 'FAILED'], undone)
    const Item = { orderId, status: 'VOIDED', updatedAt: at }
    await shop.dynamodb.send(new PutCommand({ TableName: shop.outputs.PaymentsTable, Item }))
    return orderId
  }

  it('sends no notice again that its saga may be about to send', async () => {
    const told = await counted('NoticesToldAgain')
    const id = await untold(Date.now() + 10_000) // however long a run takes to begin
    const other = await untold(longAgo)
    await recover(shop)
    expect(await rowOf(shop, id)).toMatchObject({ owed: 'owed' })
    expect(await rowOf(shop, other)).toHaveProperty('notifiedAt')
    await untilCounted('NoticesToldAgain', told + 1)
  })

  it('counts the notices that are owed for long, but not what it could send', async () => {
    const [told, owed] = [await counted('NoticesToldAgain'), await counted('NoticesOwed')]
    const ids = await Promise.all([longAgo, longAgo, Date.now() - 300_000].map(untold))
    shop.cloud.sns.faults.failPublish(1_000)
    await recover(shop)
    await untilCounted('NoticesOwed', owed + 2)
    shop.cloud.sns.faults.failPublish(0)
    await recover(shop)
    await untilCounted('NoticesToldAgain', told + ids.length)
    expect(await counted('NoticesOwed')).toBe(owed + 2)
    for (const id of ids) expect(await rowOf(shop, id)).not.toHaveProperty('owed')
  })

  it('counts the orders that wait for a person, at once and as long as they do', async () => {
    const before = await counted('OrdersAwaitingAttention')
    const lost = () => lostOrder(['NEW', 'COMPENSATING', 'NEEDS_ATTENTION'], { outcome: 'FAILED' })
    const ids = [await lost(), await lost()]
    await invoke(shop, 'RecoverOrders', { detail: { name: `${ids[0]}-2` } })
    await untilCounted('OrdersAwaitingAttention', before + 1)
    await recover(shop)
    await untilCounted('OrdersAwaitingAttention', before + 1 + ids.length)
    for (const id of ids) {
      await retryOrder(shop, id)
      expect(await way(id)).toBe('NEW COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
    }
    await recover(shop)
    await untilCounted('OrdersAwaitingAttention', before + 1 + ids.length)
  })

  it('looks at the order of an execution that ended badly, of either machine, and at no other', async () => {
    const [one, two] = [await lostOrder(['NEW', 'PAID']), await lostOrder(['NEW', 'PAID'])]
    await invoke(shop, 'RecoverOrders', { detail: { name: one } })
    expect((await rowOf(shop, one)).version).toBeGreaterThan(2)
    expect(await way(one)).toBe('NEW PAID COMPENSATING FAILED')
    expect(await rowOf(shop, two)).toMatchObject({ status: 'PAID', version: 2 })
    await invoke(shop, 'RecoverOrders', { detail: { name: `${two}-12` } })
    expect((await rowOf(shop, two)).version).toBeGreaterThan(2)
    expect(await way(two)).toBe('NEW PAID COMPENSATING FAILED')
  })

  it('fails when it cannot look for orders or notices', async () => {
    const failed = await counted('RecoveriesFailed')
    const table = shop.outputs.OrdersTable ?? ''
    shop.cloud.faults.inject({ action: 'Query', table, error: 'InternalServerError' })
    await expect(recover(shop)).rejects.toThrow(/Not recovered this time: Internal.*, Internal/)
    await untilCounted('RecoveriesFailed', failed + 2)
  })
})
