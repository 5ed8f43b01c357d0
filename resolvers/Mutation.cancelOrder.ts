import { util, type Context, type DynamoDBUpdateItemRequest } from '@aws-appsync/utils'
import { limits } from '../model/limits.ts'
import { mayBeId, type OrderRow } from '../model/order.ts'
import { isWhole } from '../model/text.ts'
import { failWith, orderNotFound, refuse } from './errors.ts'
import { orderView } from './order-view.ts'
import type { MutationCancelOrderArgs, Order } from './schema.generated.ts'

/** Leaves a cancel request on an order that still goes forward; the saga's next step sees it and undoes the order. */
export function request(ctx: Context<MutationCancelOrderArgs>): DynamoDBUpdateItemRequest {
  const reason = ctx.args.reason ?? null
  if (reason !== null && (reason.length > limits.cancelReason || !isWhole(reason))) {
    refuse([{ path: 'reason', message: `must have ${limits.cancelReason} whole characters at most` }])
  }
  if (!mayBeId(ctx.args.id)) orderNotFound(ctx.args.id)
  const set = 'SET cancelRequestedAt = :now, updatedAt = :now'
  const now = util.time.nowISO8601()
  return {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ id: ctx.args.id }),
    update: {
      expression: reason === null ? set : `${set}, cancelReason = :reason`,
      expressionValues: util.dynamodb.toMapValues(
        reason === null ? { ':now': now } : { ':now': now, ':reason': reason },
      ),
    },
    condition: {
      expression: 'attribute_not_exists(cancelRequestedAt) AND #status IN (:new, :paid, :reserved)',
      expressionNames: { '#status': 'status' },
      expressionValues: util.dynamodb.toMapValues({
        ':new': 'NEW',
        ':paid': 'PAID',
        ':reserved': 'RESERVED',
      }),
    },
  }
}

/** When the condition fails AppSync hands over the order as it stands, and that decides. Cancelling twice is one cancel. */
export function response(
  ctx: Context<MutationCancelOrderArgs, object, object, object, OrderRow | null>,
): Order | null {
  if (ctx.error?.type === 'DynamoDB:ConditionalCheckFailedException') {
    const order = ctx.result
    if (!order?.status) {
      orderNotFound(ctx.args.id)
    } else if (!order.cancelRequestedAt || order.status === 'COMPLETED' || order.outcome === 'FAILED') {
      util.error(
        `The order is ${order.status} and cannot be cancelled any more.`,
        'OrderNotCancellable',
        null,
        {
          status: order.status,
          retryable: false,
        },
      )
    }
  } else {
    failWith(ctx.error, true)
  }
  return ctx.result ? orderView(ctx.result) : null
}
