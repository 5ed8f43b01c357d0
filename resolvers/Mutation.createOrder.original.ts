import { runtime, util, type Context, type DynamoDBGetItemRequest } from '@aws-appsync/utils'
import { get } from '@aws-appsync/utils/dynamodb'
import type { OrderRow } from '../model/order.ts'
import { failWith } from './errors.ts'
import type { CreateStash } from './Mutation.createOrder.ts'

/** Only when the key is taken: reads the order that came first. */
export function request(ctx: Context<object, CreateStash>): DynamoDBGetItemRequest {
  if (!ctx.stash.originalId) runtime.earlyReturn({})
  return get({ key: { id: ctx.stash.originalId }, consistentRead: true })
}

/** What the caller asked for, as text: a repeat must ask for the same. */
function contentOf(order: OrderRow): string {
  const lines = order.items.map((line) => `${line.sku}*${line.qty}`).join(',')
  return JSON.stringify([
    order.customerEmail,
    lines,
    order.total,
    order.currency,
    order.paymentMethod ?? null,
  ])
}

/** The same content: the first order again. Other content: a conflict. */
export function response(ctx: Context<object, CreateStash, object, object, OrderRow | null>): object {
  failWith(ctx.error, true)
  const original = ctx.result
  if (!original || contentOf(original) !== contentOf(ctx.stash.order)) {
    util.error(
      'This idempotencyKey belongs to an order with other content: use a new key.',
      'IdempotencyConflict',
      null,
      {
        orderId: ctx.stash.originalId,
        retryable: false,
      },
    )
  } else {
    ctx.stash.order = original
  }
  return {}
}
