import type { Context } from '@aws-appsync/utils'
import type { OrderRow } from '../model/order.ts'
import { orderView } from './order-view.ts'
import type { MutationRetryOrderArgs, Order } from './schema.generated.ts'

/** What the steps of the pipeline share. */
export interface RetryStash {
  /** The order behind its fence. */
  order: OrderRow
  /** It was fenced off by this request, and so its undo is to be started. */
  fenced?: boolean
}

/** `.fence`, then `.start`: for an operator, by IAM only. */
export function request(): object {
  return {}
}

export function response(ctx: Context<MutationRetryOrderArgs, RetryStash>): Order {
  return orderView(ctx.stash.order)
}
