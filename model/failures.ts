import type { Failure } from './order.ts'

/** Business failures: never retried, never in the dead-letter queue. The saga and the steps know them by these names. */
export const declined = 'PaymentDeclined'
export const outOfStock = 'OutOfStock'
export const cancelled = 'OrderCancelled'

/** The order is closed already: there is nothing to undo. */
export const orderClosed = 'OrderClosed'

/** Stock or money is still out when an undone order should be closed. */
export const needsAttention = 'NeedsAttention'

const messages: Record<string, string> = {
  [declined]: 'The payment was declined.',
  [outOfStock]: 'Not everything that was ordered is in stock.',
  [cancelled]: 'The order was cancelled.',
  PaymentTimeout: 'The payment did not come through in time.',
}

/** The failure a client is shown for the error that ended the saga's way forward. */
export function failureFor(error: string, step: string): Failure {
  const code = error === 'States.Timeout' && step === 'ProcessPayment' ? 'PaymentTimeout' : error
  const known = messages[code]
  return known === undefined
    ? { code: 'InternalError', message: `The order could not be completed (${step}).` }
    : { code, message: known }
}
