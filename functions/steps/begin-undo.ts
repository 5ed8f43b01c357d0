import { orderClosed } from '../../model/failures.ts'
import { isClosed } from '../../model/status.ts'
import { StepFailure } from '../failure.ts'
import { fence } from '../fence.ts'
import { logger } from '../observe.ts'
import { readOrder, type StepInput } from '../orders.ts'

/** The step that failed and the name of its error; never its cause, which may carry data. */
interface UndoInput extends StepInput {
  step: string
  error: string
}

/** How often the order may change under our feet (a cancel request, a late step) before this is left to its retry. */
const attempts = 3

/** The fence: NEW | PAID | RESERVED | NEEDS_ATTENTION -> COMPENSATING. An order that is being undone stands behind it. */
export async function handler({ orderId, step, error }: UndoInput): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const order = await readOrder(orderId)
    if (order.status === 'COMPENSATING') return
    if (isClosed(order.status))
      throw new StepFailure(orderClosed, `The order '${orderId}' is ${order.status}`)
    const fenced = await fence(order, step, error)
    if (fenced) {
      logger.info('undo begins', { orderId, step, error, outcome: fenced.outcome })
      return
    }
  }
  throw new Error(`The order '${orderId}' keeps changing`)
}
