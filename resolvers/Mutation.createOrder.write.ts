import {
  util,
  type Context,
  type DynamoDBPutItemRequest,
  type DynamoDBTransactWriteItemsRequest,
} from '@aws-appsync/utils'
import { limits } from '../model/limits.ts'
import { failWith } from './errors.ts'
import type { CreateStash } from './Mutation.createOrder.ts'

interface Reason {
  type: string
  item?: { orderId: string } | null
}

/** Writes the order once; with an idempotencyKey in one transaction with the key, which must be free or expired. */
export function request(
  ctx: Context<object, CreateStash>,
): DynamoDBPutItemRequest | DynamoDBTransactWriteItemsRequest {
  const { id, ...item } = ctx.stash.order
  const orderKey = util.dynamodb.toMapValues({ id })
  const attributeValues = util.dynamodb.toMapValues(item)
  const free = { expression: 'attribute_not_exists(id)', returnValuesOnConditionCheckFailure: false }
  const idempotencyKey = ctx.stash.order.idempotencyKey
  if (!idempotencyKey) {
    return {
      operation: 'PutItem',
      key: orderKey,
      attributeValues,
      condition: { expression: 'attribute_not_exists(id)' },
    }
  }
  const now = util.time.nowEpochSeconds()
  return {
    operation: 'TransactWriteItems',
    transactItems: [
      {
        table: ctx.env.ORDERS_TABLE as string,
        operation: 'PutItem',
        key: orderKey,
        attributeValues,
        condition: free,
      },
      {
        table: ctx.env.IDEMPOTENCY_TABLE as string,
        operation: 'PutItem',
        key: util.dynamodb.toMapValues({ key: idempotencyKey }),
        attributeValues: util.dynamodb.toMapValues({
          orderId: id,
          expiresAt: now + limits.idempotencyKeyDays * 24 * 3600,
        }),
        condition: {
          expression: 'attribute_not_exists(#key) OR #expiresAt < :now',
          expressionNames: { '#key': 'key', '#expiresAt': 'expiresAt' },
          expressionValues: util.dynamodb.toMapValues({ ':now': now }),
          returnValuesOnConditionCheckFailure: true,
        },
      },
    ],
  }
}

/** A taken key is no failure: the next steps find the order that came first. */
export function response(
  ctx: Context<object, CreateStash, object, object, { cancellationReasons?: Reason[] | null } | null>,
): object {
  const reasons = ctx.result?.cancellationReasons ?? []
  const keyReason = reasons[1]
  if (ctx.error && keyReason) {
    if (keyReason.type.endsWith('CheckFailed') && keyReason.item)
      ctx.stash.originalId = keyReason.item.orderId
    else if (reasons.some((reason) => reason.type === 'TransactionConflict')) ctx.stash.contended = true
    else failWith(ctx.error, true)
    return {}
  }
  failWith(ctx.error, ctx.stash.order.idempotencyKey !== undefined)
  return {}
}
