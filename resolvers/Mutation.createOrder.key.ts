import { runtime, util, type Context, type DynamoDBGetItemRequest } from '@aws-appsync/utils'
import { get } from '@aws-appsync/utils/dynamodb'
import type { IdempotencyRow } from '../model/tables.ts'
import { failWith } from './errors.ts'
import type { CreateStash } from './Mutation.createOrder.ts'

/** Only when another request wrote the same key at the same moment: looks whose order the key names now. */
export function request(ctx: Context<object, CreateStash>): DynamoDBGetItemRequest {
  if (!ctx.stash.contended) runtime.earlyReturn({})
  return get({ key: { key: ctx.stash.order.idempotencyKey }, consistentRead: true })
}

export function response(ctx: Context<object, CreateStash, object, object, IdempotencyRow | null>): object {
  failWith(ctx.error, true)
  const row = ctx.result
  if (row && row.expiresAt >= util.time.nowEpochSeconds()) {
    ctx.stash.originalId = row.orderId
  } else {
    util.error(
      'Another request with this idempotencyKey is under way: repeat this one.',
      'IdempotencyInProgress',
      null,
      {
        retryable: true,
      },
    )
  }
  return {}
}
