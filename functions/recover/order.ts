import type { OrderRow } from '../../model/order.ts'
import { forwardStatuses, type OrderStatus } from '../../model/status.ts'
import { read, update } from '../dynamodb.ts'
import { milliseconds, setting } from '../environment.ts'
import { fence } from '../fence.ts'
import { logger } from '../observe.ts'
import { moveOrder } from '../orders.ts'
import { sagaOf, startSaga, startUndo, stop, undoOf, type Execution } from './executions.ts'
import { count, type Deed } from './metrics.ts'

/** Statuses of the orders that something must be working on. */
export const open: OrderStatus[] = ['COMPENSATING', ...forwardStatuses]

/**
 * Looks at one order, and sees to it that something works on it until it is closed or a person is called. Answers its
 * status at the end; undefined when there is no such order.
 */
export async function recoverOrder(orderId: string): Promise<OrderStatus | undefined> {
  // Asked before the order is read: all that an ended execution did to the order is seen then.
  const seen = await sagaOf(orderId)
  const order = await read<OrderRow>(setting('ORDERS_TABLE'), { id: orderId })
  if (order === undefined || !open.includes(order.status)) return order?.status
  if (seen === undefined && order.status === 'NEW') return begin(order)
  // A saga that was not there may have been started, and have come this far, until the order was read.
  const saga = seen ?? (await sagaOf(orderId))
  return order.status === 'COMPENSATING' ? recoverUndo(order, saga) : recoverForward(order, saga)
}

/** NEW without an execution: its saga is started. */
async function begin(order: OrderRow): Promise<OrderStatus> {
  await startSaga(order.id)
  done('SagasStarted', order)
  return order.status
}

/** What died or stands still never goes on forward: it is undone. */
async function recoverForward(order: OrderRow, saga: Execution | undefined): Promise<OrderStatus> {
  if (saga?.status === 'RUNNING') {
    if (lasted(order, saga) < milliseconds('STANDS_STILL')) return order.status
    await stop(saga)
    done('ExecutionsStopped', order)
  }
  const step = nextStep[order.status] ?? ''
  const fenced = await fence(order, step, `Saga.${saga?.status ?? 'NONE'}`)
  return fenced ? undo(fenced, step) : order.status
}

/**
 * An undo is left to the execution that works on it. When none does, order-undo does it, once for each version; when
 * that has died too a person is called, whose retry is another version: so nothing loops and nothing is forgotten.
 */
async function recoverUndo(order: OrderRow, saga: Execution | undefined): Promise<OrderStatus> {
  const apart = await undoOf(order.id, order.version)
  const running = [saga, apart].filter((execution) => execution?.status === 'RUNNING') as Execution[]
  const still = running.filter((execution) => lasted(order, execution) >= milliseconds('UNDO_STANDS_STILL'))
  if (still.length < running.length) return order.status
  for (const execution of still) {
    await stop(execution)
    done('ExecutionsStopped', order)
  }
  if (apart === undefined) return undo(order, 'recover-orders')
  const { id: orderId, version } = order
  const givenUp = await update<OrderRow>(
    moveOrder({ orderId, from: ['COMPENSATING'], to: 'NEEDS_ATTENTION', version }),
  )
  if (givenUp) done('OrdersGivenUp', givenUp)
  return givenUp?.status ?? order.status
}

async function undo(order: OrderRow, step: string): Promise<OrderStatus> {
  await startUndo(order, step, 'Recovered')
  done('UndosStarted', order)
  return order.status
}

function done(deed: Deed, { id: orderId, status, version }: OrderRow): void {
  count(deed)
  logger.warn('order recovered', { deed, orderId, status, version })
}

/** The step that an order of this status waits for. */
const nextStep: Partial<Record<OrderStatus, string>> = {
  NEW: 'ProcessPayment',
  PAID: 'UpdateInventory',
  RESERVED: 'SendNotification',
}

/** Milliseconds that an order has had its status; with an execution, since that began if that was later. */
export function lasted(order: OrderRow, execution?: Execution): number {
  const since = Date.parse(order.timeline.at(-1)?.at ?? order.createdAt)
  return Date.now() - Math.max(since, execution?.startedAt ?? 0)
}
