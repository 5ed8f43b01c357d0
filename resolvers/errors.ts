import { util } from '@aws-appsync/utils'
import type { Violation } from '../model/validation.ts'

/** Ends the request with every broken rule at once; nothing has been written by then. */
export function refuse(violations: Violation[]): void {
  if (violations.length > 0) {
    const summary = violations.map((violation) => `${violation.path} ${violation.message}`).join('; ')
    util.error(summary, 'ValidationError', null, { violations })
  }
}

/** Ends the request for an order that nobody knows. */
export function orderNotFound(id: string): void {
  util.error(`There is no order '${id}'.`, 'OrderNotFound', null, { retryable: false })
}

/**
 * Ends the request when a data source failed. `repeatIsSafe` says whether doing it again cannot do it twice;
 * it is what the caller learns as `errorInfo.retryable`.
 */
export function failWith(error: { message: string; type: string } | undefined, repeatIsSafe: boolean): void {
  if (error) util.error(error.message, error.type, null, { retryable: repeatIsSafe })
}
