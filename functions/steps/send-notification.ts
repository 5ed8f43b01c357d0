import { cancelled, needsAttention } from '../../model/failures.ts'
import { noticeOwed, type OrderRow } from '../../model/order.ts'
import { isClosed } from '../../model/status.ts'
import { settledPayments, type PaymentRow } from '../../model/tables.ts'
import { update } from '../dynamodb.ts'
import { StepFailure } from '../failure.ts'
import { tell } from '../notice.ts'
import { moveOrder, notCancelled, readOrder, type StepInput } from '../orders.ts'
import { readPayment } from '../payments/ledger.ts'

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
  if (isClosed(order.status)) {
    await tell(order)
    return
  }
  if (order.status === 'NEEDS_ATTENTION')
    throw new StepFailure(needsAttention, `The order '${orderId}' waits for a person`)
  const out = stillOut(order, await readPayment(orderId))
  if (out.length > 0) {
    const { version } = order // an undo begun meanwhile is not given up
    await update(moveOrder({ orderId, from: ['COMPENSATING'], to: 'NEEDS_ATTENTION', version }))
    throw new StepFailure(needsAttention, `Not everything of order '${orderId}' is undone: ${out.join(', ')}`)
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

/** What of an undone order is not given back, in words; nothing when it may be closed. */
function stillOut({ stockHeld }: OrderRow, payment: PaymentRow | undefined): string[] {
  const settled = payment !== undefined && settledPayments.includes(payment.status)
  return [
    ...(settled ? [] : [`the payment is ${payment?.status ?? 'unknown'}`]),
    ...(stockHeld === true ? ['the stock is held'] : []),
  ]
}
