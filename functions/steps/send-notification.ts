import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { cancelled, needsAttention } from '../../model/failures.ts'
import { noticeOwed, type OrderRow } from '../../model/order.ts'
import { isClosed } from '../../model/status.ts'
import { settledPayments } from '../../model/tables.ts'
import { update } from '../dynamodb.ts'
import { setting } from '../environment.ts'
import { StepFailure } from '../failure.ts'
import { logger } from '../observe.ts'
import { moveOrder, notCancelled, readOrder, type StepInput } from '../orders.ts'
import { readPayment } from '../payments/ledger.ts'

const topic = new SNSClient({})

/** RESERVED -> COMPLETED, the pivot: closes the order, then tells. */
export async function handler({ orderId }: StepInput): Promise<void> {
  const close = moveOrder({
    orderId,
    from: ['RESERVED'],
    to: 'COMPLETED',
    condition: notCancelled,
    set: { owed: noticeOwed },
  })
  const order = (await update<OrderRow>(close)) ?? (await readOrder(orderId))
  if (order.status !== 'COMPLETED') {
    throw new StepFailure(cancelled, `The order '${orderId}' goes forward no more: it is ${order.status}`)
  }
  await tell(order)
}

/** COMPENSATING -> FAILED or CANCELLED when everything is given back, then tells; else -> NEEDS_ATTENTION. */
export async function undo({ orderId }: StepInput): Promise<void> {
  const order = await readOrder(orderId)
  if (isClosed(order.status)) return tell(order)
  const payment = await readPayment(orderId)
  const settled = payment !== undefined && settledPayments.includes(payment.status)
  if (!settled || order.stockHeld === true) {
    await update(moveOrder({ orderId, from: ['COMPENSATING'], to: 'NEEDS_ATTENTION' }))
    const left = [
      settled ? '' : `payment ${payment?.status ?? 'unknown'}`,
      order.stockHeld === true ? 'stock held' : '',
    ]
    throw new StepFailure(
      needsAttention,
      `Not everything of order '${orderId}' is undone: ${left.join(' ').trim()}`,
    )
  }
  const close = moveOrder({
    orderId,
    from: ['COMPENSATING'],
    to: order.outcome ?? 'FAILED',
    condition: 'attribute_not_exists(stockHeld)',
    set: { owed: noticeOwed },
  })
  const closed = await update<OrderRow>(close)
  if (closed === undefined) throw new Error(`The order '${orderId}' changed while it was closed`)
  await tell(closed)
}

/** Publishes a closed order once at least: it stays `owed` until that worked. Trouble here undoes no order. */
async function tell(order: OrderRow): Promise<void> {
  if (order.owed === undefined) return
  try {
    await topic.send(new PublishCommand(notice(order)))
  } catch (error) {
    logger.error('notice not sent', { orderId: order.id, error: error as Error })
    return
  }
  const at = new Date().toISOString()
  await update({
    TableName: setting('ORDERS_TABLE'),
    Key: { id: order.id },
    UpdateExpression: 'SET notifiedAt = :at REMOVE owed',
    ConditionExpression: 'attribute_exists(owed)',
    ExpressionAttributeValues: { ':at': at },
  })
  logger.info('notice sent', { orderId: order.id, status: order.status })
}

/** For machines: which order ended how. No personal data. */
function notice(order: OrderRow): {
  TopicArn: string
  Message: string
  MessageAttributes: Record<string, { DataType: string; StringValue: string }>
} {
  const { id: orderId, status, version, updatedAt: at, failure } = order
  return {
    TopicArn: setting('NOTIFICATION_TOPIC_ARN'),
    Message: JSON.stringify({ orderId, status, version, at, failure: failure?.code }),
    MessageAttributes: { status: { DataType: 'String', StringValue: status } },
  }
}
