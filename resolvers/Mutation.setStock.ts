import { util, type Context, type DynamoDBUpdateItemRequest } from '@aws-appsync/utils'
import { limits } from '../model/limits.ts'
import { isSku, skuRule, type Violation } from '../model/validation.ts'
import { failWith, refuse } from './errors.ts'
import type { MutationSetStockArgs, Stock } from './schema.generated.ts'

/** Sets a level outright, or with `expected` only over the level its caller saw. */
export function request(ctx: Context<MutationSetStockArgs>): DynamoDBUpdateItemRequest {
  const { sku, available } = ctx.args
  const expected = ctx.args.expected ?? null
  const violations: Violation[] = []
  if (!isSku(sku)) {
    violations.push({ path: 'sku', message: skuRule })
  }
  if (available < 0 || available > limits.stock) {
    violations.push({ path: 'available', message: `must be 0 to ${limits.stock}` })
  }
  refuse(violations)
  const request: DynamoDBUpdateItemRequest = {
    operation: 'UpdateItem',
    key: util.dynamodb.toMapValues({ sku }),
    update: {
      expression: 'SET available = :available, updatedAt = :now',
      expressionValues: util.dynamodb.toMapValues({
        ':available': available,
        ':now': util.time.nowISO8601(),
      }),
    },
  }
  if (expected !== null) {
    request.condition = {
      expression: 'available = :expected',
      expressionValues: util.dynamodb.toMapValues({ ':expected': expected }),
    }
  }
  return request
}

export function response(
  ctx: Context<MutationSetStockArgs, object, object, object, Stock | null>,
): Stock | null {
  if (ctx.error?.type === 'DynamoDB:ConditionalCheckFailedException') {
    const available = ctx.result?.available ?? null
    util.error(
      `The stock of '${ctx.args.sku}' is ${available ?? 'not set'}, not ${ctx.args.expected}: read it and decide anew.`,
      'StockConflict',
      null,
      { available, retryable: false },
    )
  }
  failWith(ctx.error, (ctx.args.expected ?? null) === null)
  return ctx.result
}
