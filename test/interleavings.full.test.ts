import { setTimeout as pause } from 'node:timers/promises'
import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { forwardStatuses, isClosed, type OrderStatus } from '../model/status.ts'
import { invoke } from './harness/functions.ts'
import {
  orderThatWasNotStarted,
  recover,
  retryOrder,
  rowOf,
  runningExecutions,
  stopByHand,
  takeFromStock,
  until,
} from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

/** Milliseconds that a rival may wait for what is held back itself. */
const rivalsPatience = 1_000

/** Every write of an order's way: the status before it, its action and table, and how many alike come before it. */
const forward = [
  ['the payment is registered with the provider', 'NEW', 'UpdateItem', 'SimulatedProviderTable', 0],
  ['the payment is begun', 'NEW', 'TransactWriteItems', 'PaymentsTable', 0],
  ['the money is taken', 'NEW', 'UpdateItem', 'SimulatedProviderTable', 1],
  ['the payment is booked', 'NEW', 'TransactWriteItems', 'PaymentsTable', 1],
  ['the stock is taken', 'PAID', 'TransactWriteItems', 'InventoryTable', 0],
  ['the order is closed', 'RESERVED', 'UpdateItem', 'OrdersTable', 0],
  ['the notice is noted', 'COMPLETED', 'UpdateItem', 'OrdersTable', 1],
] as const
const back = [
  ['the undo begins', 'PAID', 'UpdateItem', 'OrdersTable', 0],
  ['the money is given back', 'COMPENSATING', 'UpdateItem', 'SimulatedProviderTable', 2],
  ['that is booked', 'COMPENSATING', 'UpdateItem', 'PaymentsTable', 0],
  ['the undone order is closed', 'COMPENSATING', 'UpdateItem', 'OrdersTable', 1],
  ['the notice of that is noted', 'FAILED', 'UpdateItem', 'OrdersTable', 2],
] as const
const apart = [
  ['the stock is given back', 'COMPENSATING', 'TransactWriteItems', 'InventoryTable', 0],
  ['it is noted that no money was taken', 'COMPENSATING', 'TransactWriteItems', 'PaymentsTable', 0],
] as const
const writes = [
  ...forward.map((write) => [...write, 'good'] as const),
  ...back.map((write) => [...write, 'lacking'] as const),
  ...apart.map((write) => [...write, 'reserved and undone'] as const),
]

describe('whoever works on an order at the same moment', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop({ NewWithoutExecution: '1', NoticeRetryAge: '1' })))
  afterEach(() => shop.cloud.faults.clear())
  afterAll(() => shop.assertInvariants().finally(() => shop.stop()))

  const items = [{ sku: 'PLUM-1', qty: 2 }]
  /** Orders, and how each ends when nobody meddles. */
  const orders = {
    good: { end: 'COMPLETED', make: async () => (await shop.order({ items })).id },
    lacking: {
      end: 'FAILED',
      make: async () => (await shop.order({ items: [...items, { sku: 'NOT-SOLD-HERE', qty: 1 }] })).id,
    },
    'reserved and undone': {
      end: 'FAILED',
      make: async () => {
        const statuses = ['NEW', 'PAID', 'RESERVED'] as const
        const timeline = statuses.map((status) => ({ status, at: new Date().toISOString() }))
        const change = { items, status: 'RESERVED', stockHeld: true, version: 3, timeline } as const
        await takeFromStock(shop, 'PLUM-1', 2)
        const id = await orderThatWasNotStarted(shop, Date.now(), change)
        await startUndo(id)
        return id
      },
    },
  }
  const startUndo = async (id: string): Promise<void> => {
    const { version } = await rowOf(shop, id)
    const input = JSON.stringify({ orderId: id, step: 'test', error: 'Test' })
    const stateMachineArn = shop.outputs.UndoMachineArn
    const start = new StartExecutionCommand({ stateMachineArn, name: `${id}-${version}`, input })
    await shop.states.send(start)
  }
  /** Waits until an order is closed; has it tried again when it waits for a person, as that person would. */
  const untilClosed = async (id: string): Promise<void> => {
    await until(
      async () => {
        const { status } = await rowOf(shop, id)
        if (status === 'NEEDS_ATTENTION') await retryOrder(shop, id)
        return isClosed(status)
      },
      undefined,
      `the end of ${id}`,
    )
  }
  const repeat = async (id: string, ...steps: string[]): Promise<void> => {
    for (const step of steps) await invoke(shop, step, { orderId: id, step: 'test', error: 'Test' })
  }
  /** What was stopped or came twice may still be at work; the next case must not meet it. */
  const untilNothingRuns = async (): Promise<void> => {
    await until(async () => (await runningExecutions(shop)).length === 0)
    await pause(100)
  }

  /** What another does to an order, and how that ends one that still goes forward; without an end it changes nothing. */
  const rivals = {
    'its customer cancels it': {
      end: 'CANCELLED',
      act: (id) =>
        shop.client
          .cancelOrder(id)
          .catch((error: unknown) => expect(error).toMatchObject({ type: 'OrderNotCancellable' })),
    },
    'its execution is stopped, and recovery undoes it': {
      end: 'FAILED',
      act: async (id) => {
        await stopByHand(shop, id)
        await recover(shop)
        await untilClosed(id)
      },
    },
    'order-undo is started beside its saga': {
      end: 'FAILED',
      act: async (id) => {
        await startUndo(id)
        await untilClosed(id)
      },
    },
    'its undo begins': { end: 'FAILED', act: (id) => repeat(id, 'BeginUndo') },
    'its undo gives everything back': {
      end: 'FAILED',
      act: (id) => repeat(id, 'BeginUndo', 'CompensateRestock', 'CompensateRefund'),
    },
    'all the steps of its way back are run': {
      end: 'FAILED',
      act: (id) => repeat(id, 'BeginUndo', 'CompensateRestock', 'CompensateRefund', 'CloseUndone'),
    },
    'its steps forward are repeated': {
      end: undefined,
      act: (id) => repeat(id, 'UpdateInventory', 'SendNotification'),
    },
    'its payment message comes again': {
      end: undefined,
      act: async (id) => {
        const MessageBody = JSON.stringify({ orderId: id, taskToken: 'of-another' })
        await shop.sqs.send(new SendMessageCommand({ QueueUrl: shop.outputs.OrderQueueUrl, MessageBody }))
        await pause(300)
      },
    },
  } satisfies Record<string, { end: OrderStatus | undefined; act: (id: string) => Promise<unknown> }>
  const cases = writes.flatMap(([what, status, action, output, skip, order]) =>
    (Object.keys(rivals) as (keyof typeof rivals)[]).flatMap((rival) =>
      [false, true].map((after) => {
        const name = `${after ? 'after' : 'before'} ${what}: ${rival}`
        return { name, rival, status, fault: { action, skip, after, times: 1 }, output, order }
      }),
    ),
  )

  it.each(cases)('$name', async ({ rival, status, fault, output, order }) => {
    const { end, act } = rivals[rival]
    let letGo = (): void => undefined
    const held = new Promise<void>((resolve) => (letGo = resolve))
    shop.cloud.faults.inject({ ...fault, table: shop.outputs[output] ?? '', until: held })
    const id = await orders[order].make()
    await until(() => Promise.resolve(!shop.cloud.faults.any && true), 10, 'the call that is held back')
    const { status: met } = await rowOf(shop, id)
    if (!fault.after) expect(met).toBe(status)
    const acted = act(id)
    await Promise.race([acted, pause(rivalsPatience)]).finally(letGo)
    await acted
    await untilClosed(id)
    await until(async () => (await rowOf(shop, id)).owed === undefined)
    await untilNothingRuns()
    const changed = end !== undefined && forwardStatuses.includes(met)
    expect((await rowOf(shop, id)).status).toBe(changed ? end : orders[order].end)
  })
})
