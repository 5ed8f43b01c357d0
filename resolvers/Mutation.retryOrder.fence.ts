import { util, type Context, type DynamoDBUpdateItemRequest } from '@aws-appsync/utils'
import { mayBeId, type OrderRow } from '../model/order.ts'
import { failWith, orderNotFound } from './errors.ts'
import type { RetryStash } from './Mutation.retryOrder.ts'
import type { MutationRetryOrderArgs } from './schema.generated.ts'

/** NEEDS_ATTENTION -> COMPENSATING; how the order ends was fixed when its undo first began. */
export function request(ctx: Context<MutationRetryOrderArgs, RetryStash>): DynamoDBUpdateItemRequest {
  if (!mayBeId(ctx.args.id)) orderNotFound(ctx.args.id)
  const at = util.time.nowISO8601()
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ id: ctx.args.id }),
    update: {
      expression:
        'SET #status = :to, version = version + :one, timeline = list_append(timeline, :entry), updatedAt = :at',
      expressionNames: { '#status': 'status' },
      expressionValues: util.dynamodb.toMapValues({
        ':to': 'COMPENSATING',
        ':one': 1,
        ':entry': [{ status: 'COMPENSATING', at }],
        ':at': at,
      }),
    },
    condition: {
      expression: '#status = :from',
      expressionNames: { '#status': 'status' },
      expressionValues: util.dynamodb.toMapValues({ ':from': 'NEEDS_ATTENTION' }),
    },
  }
}

/** An order that is being undone already is what the caller wants; any other has nothing to retry. */
export function response(
  ctx: Context<MutationRetryOrderArgs, RetryStash, object, object, OrderRow | null>,
): object {
  const order = ctx.result
  if (ctx.error?.type === 'DynamoDB:ConditionalCheckFailedException') {
    if (!order?.status) {
      orderNotFound(ctx.args.id)
    } else if (order.status !== 'COMPENSATING') {
      util.error(`The order is ${order.status}: there is nothing to retry.`, 'OrderNotRetryable', null, {
        status: order.status,
        retryable: false,
      })
    }
  } else {
    failWith(ctx.error, true)
    ctx.stash.fenced = true
  }
  if (order) ctx.stash.order = order
  return {}
}
