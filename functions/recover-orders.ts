import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from 'aws-lambda'
import type { OrderRow } from '../model/order.ts'
import { read } from './dynamodb.ts'
import { milliseconds, setting } from './environment.ts'
import { tell } from './notice.ts'
import { logger } from './observe.ts'
import { chosen, ordersOf, owedOrders } from './recover/find.ts'
import { count, level, publish } from './recover/metrics.ts'
import { lasted, open, recoverOrder } from './recover/order.ts'

/** What EventBridge sends when an execution has ended badly; by the clock nothing of it comes. */
interface RecoverEvent {
  detail?: { name?: string }
}

/** Milliseconds between two orders: within the rate of DescribeExecution, and no burst on the tables. */
const pace = 50

/** Milliseconds before its time-out at which a run looks at no further order; the next run goes on. */
const reserve = 10_000

/**
 * Sees to it that every order ends: by the clock for the open orders, the oldest first, and for the notices that are
 * owed; by event for the order of an execution that failed, timed out or was stopped. Throws when that failed for some,
 * after all others were looked at.
 */
export async function handler({ detail }: RecoverEvent, context: Context): Promise<void> {
  const timeLeft = (): boolean => context.getRemainingTimeInMillis() > reserve
  const orderId = detail?.name?.replace(/-\d+$/, '') // order-undo adds the version
  const lanes =
    orderId === undefined ? [recoverOrders(timeLeft), tellAgain(timeLeft)] : [recover([orderId], timeLeft)]
  const failed = (await Promise.allSettled(lanes)).flatMap((lane) =>
    lane.status === 'fulfilled' ? lane.value : [String(lane.reason)],
  )
  if (failed.length > 0) count('RecoveriesFailed', failed.length)
  publish()
  if (failed.length > 0) throw new Error(`Not recovered this time: ${failed.join(', ')}`)
}

async function recoverOrders(timeLeft: () => boolean): Promise<string[]> {
  const before = Date.now() - milliseconds('NEW_WITHOUT_EXECUTION')
  const failed: string[] = []
  for (const status of open) failed.push(...(await recover(chosen(await ordersOf(status, before)), timeLeft)))
  level('OrdersAwaitingAttention', (await ordersOf('NEEDS_ATTENTION', Date.now())).length)
  return failed
}

async function recover(orderIds: readonly string[], timeLeft: () => boolean): Promise<string[]> {
  return paced(orderIds, timeLeft, async (orderId) => {
    const status = await recoverOrder(orderId)
    if (status === 'NEEDS_ATTENTION') level('OrdersAwaitingAttention', 1)
  })
}

/** Tells of the closed orders nobody was told of; how many are left that wait for long is an alarm's business. */
async function tellAgain(timeLeft: () => boolean): Promise<string[]> {
  const overdue = new Set<string>()
  const owed = await owedOrders(Date.now() - milliseconds('NOTICE_RETRY_AGE'))
  const failed = await paced(chosen(owed), timeLeft, async (id) => {
    const order = await read<OrderRow>(setting('ORDERS_TABLE'), { id })
    if (order?.owed === undefined || lasted(order) < milliseconds('NOTICE_RETRY_AGE')) return
    if (lasted(order) >= milliseconds('NOTICE_ALARM_AGE')) overdue.add(id)
    if (!(await tell(order))) return
    count('NoticesToldAgain')
    overdue.delete(id)
  })
  level('NoticesOwed', overdue.size)
  return failed
}

/** One after the other, while there is time; answers the ids whose work failed, which the next run meets again. */
async function paced(
  orderIds: readonly string[],
  timeLeft: () => boolean,
  work: (orderId: string) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = []
  for (const orderId of orderIds) {
    if (!timeLeft()) break
    try {
      await work(orderId)
    } catch (error) {
      logger.error('order not recovered', { orderId, error: error as Error })
      failed.push(orderId)
    }
    await pause(pace)
  }
  return failed
}
