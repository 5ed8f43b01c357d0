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
  const { orderId, customerEmail, status } = ctx.args
  const filter: Record<string, { eq: string } | { ge: number }> = {}
  if (orderId) filter.orderId = { eq: orderId }
  if (customerEmail) filter.customerEmail = { eq: customerEmail.toLowerCase() }
  if (status) filter.status = { eq: status }
  // A group that any event passes, for when there is nothing to filter by.
  if (!orderId && !customerEmail && !status) filter.version = { ge: 1 }
  extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(filter))
  return null
}
