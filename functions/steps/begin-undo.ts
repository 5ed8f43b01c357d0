import { failureFor, orderClosed } from '../../model/failures.ts'
import { isClosed, undoableStatuses } from '../../model/status.ts'
import { update } from '../dynamodb.ts'
import { StepFailure } from '../failure.ts'
import { logger } from '../observe.ts'
import { moveOrder, readOrder, type StepInput } from '../orders.ts'

/** The step that failed and the name of its error; never its cause, which may carry data. */
interface UndoInput extends StepInput {
  step: string
  error: string
}

/** How often a cancel request may come in between before the step is left to its retry. */
const attempts = 3

/**
 * The fence: NEW | PAID | RESERVED | NEEDS_ATTENTION -> COMPENSATING. After it no step forward can commit, and how the
 * order ends is fixed: CANCELLED if that was asked for, else FAILED with its cause.
 */
export async function handler({ orderId, step, error }: UndoInput): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const order = await readOrder(orderId)
    if (order.status === 'COMPENSATING') return
    if (isClosed(order.status))
      throw new StepFailure(orderClosed, `The order '${orderId}' is ${order.status}`)
    const asked = order.cancelRequestedAt !== undefined
    const outcome = order.outcome ?? (asked ? 'CANCELLED' : 'FAILED')
    const failure = order.failure ?? (outcome === 'FAILED' ? failureFor(error, step) : undefined)
    const condition = asked
      ? 'attribute_exists(cancelRequestedAt)'
      : 'attribute_not_exists(cancelRequestedAt)'
    const fence = moveOrder({
      orderId,
      from: undoableStatuses,
      to: 'COMPENSATING',
      condition,
      set: { outcome, failure },
    })
    if (await update(fence)) {
      logger.info('undo begins', { orderId, step, error, outcome })
      return
    }
  }
  throw new Error(`The order '${orderId}' keeps changing`)
}
