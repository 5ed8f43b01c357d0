import { runtime, type Context, type HTTPRequest } from '@aws-appsync/utils'
import type { RetryStash } from './Mutation.retryOrder.ts'
import { logUnlessStarted, startExecution, type StartAnswer } from './start-execution.ts'

/** Starts order-undo, named by order and version so that one retry is one undo. */
export function request(ctx: Context<object, RetryStash>): HTTPRequest<string> {
  if (!ctx.stash.fenced) runtime.earlyReturn({})
  const { id, version } = ctx.stash.order
  const input = { orderId: id, step: 'retryOrder', error: 'Retried' }
  return startExecution(ctx.env.UNDO_MACHINE_ARN as string, `${id}-${version}`, input)
}

/** The fence stands: an undo that did not start is started by recover-orders, so no failure here is the caller's. */
export function response(ctx: Context<object, RetryStash, object, object, StartAnswer | null>): object {
  logUnlessStarted(ctx, 'undo', ctx.stash.order.id)
  return {}
}
