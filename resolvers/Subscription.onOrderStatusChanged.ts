import { extensions, util, type Context, type NONERequest } from '@aws-appsync/utils'
import type { SubscriptionOnOrderStatusChangedArgs } from './schema.generated.ts'

export function request(): NONERequest {
  return { payload: null }
}

/**
 * Filters on the server. Without a filter of ours AppSync would take an explicit null argument to mean "only events
 * where the field is null"; here it means the same as no argument.
 */
export function response(ctx: Context<SubscriptionOnOrderStatusChangedArgs>): null {
  const orderId = ctx.args.orderId ?? null
  const customerEmail = ctx.args.customerEmail ?? null
  const status = ctx.args.status ?? null
  const filter: Record<string, { eq: string } | { ge: number }> = {}
  if (orderId !== null) filter.orderId = { eq: orderId }
  if (customerEmail !== null) filter.customerEmail = { eq: customerEmail.toLowerCase() }
  if (status !== null) filter.status = { eq: status }
  // A group that any event passes, for when there is nothing to filter by.
  if (orderId === null && customerEmail === null && status === null) filter.version = { ge: 1 }
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter))
  return null
}
