import { runtime, type Context, type HTTPRequest } from '@aws-appsync/utils'
import type { CreateStash } from './Mutation.createOrder.ts'
import { logUnlessStarted, startExecution, type StartAnswer } from './start-execution.ts'

/** Starts the saga, named by the order so that it can never start twice. It carries the id and nothing of the person. */
export function request(ctx: Context<object, CreateStash>): HTTPRequest<string> {
  const { id, status } = ctx.stash.order
  if (status !== 'NEW') runtime.earlyReturn({})
  return startExecution(ctx.env.STATE_MACHINE_ARN as string, id, { orderId: id })
}

/** The order stands: a saga that did not start is started by recover-orders, so no failure here is the caller's. */
export function response(ctx: Context<object, CreateStash, object, object, StartAnswer | null>): object {
  logUnlessStarted(ctx, 'saga', ctx.stash.order.id)
  return {}
}
