import { runtime, type Context, type DynamoDBGetItemRequest } from '@aws-appsync/utils'
import { get } from '@aws-appsync/utils/dynamodb'
import { mayBeId, type OrderRow } from '../model/order.ts'
import { failWith } from './errors.ts'
import { orderView } from './order-view.ts'
import type { Order, QueryOrderArgs } from './schema.generated.ts'

export function request(ctx: Context<QueryOrderArgs>): DynamoDBGetItemRequest {
  if (!mayBeId(ctx.args.id)) runtime.earlyReturn(null)
  return get({ key: { id: ctx.args.id }, consistentRead: true })
}

export function response(
  ctx: Context<QueryOrderArgs, object, object, object, OrderRow | null>,
): Order | null {
  failWith(ctx.error, true)
  return ctx.result ? orderView(ctx.result) : null
}
