import type { Context, NONERequest } from '@aws-appsync/utils'
import type { MutationPublishOrderStatusArgs, OrderStatusEvent } from './schema.generated.ts'

/** Hands the event through; AppSync gives what this mutation answers to the subscribers. */
export function request(ctx: Context<MutationPublishOrderStatusArgs>): NONERequest {
  return { payload: ctx.args.event }
}

export function response(
  ctx: Context<MutationPublishOrderStatusArgs, object, object, object, OrderStatusEvent>,
): OrderStatusEvent {
  return ctx.result
}
