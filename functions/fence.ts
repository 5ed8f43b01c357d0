import { failureFor } from '../model/failures.ts'
import type { OrderRow } from '../model/order.ts'
import { update } from './dynamodb.ts'
import { moveOrder } from './orders.ts'

/**
 * The fence, once: to COMPENSATING from the status the order was seen in. After it no step forward can commit, and how
 * the order ends is fixed: CANCELLED if that was asked for, else FAILED with its cause. Answers the order as it is
 * then; undefined when it changed since it was seen.
 */
export function fence(seen: OrderRow, step: string, error: string): Promise<OrderRow | undefined> {
  const asked = seen.cancelRequestedAt !== undefined
  const outcome = seen.outcome ?? (asked ? 'CANCELLED' : 'FAILED')
  return update<OrderRow>(
    moveOrder({
      orderId: seen.id,
      from: [seen.status],
      to: 'COMPENSATING',
      version: seen.version,
      condition: asked ? 'attribute_exists(cancelRequestedAt)' : 'attribute_not_exists(cancelRequestedAt)',
      set: {
        outcome,
        failure: seen.failure ?? (outcome === 'FAILED' ? failureFor(error, step) : undefined),
      },
    }),
  )
}
