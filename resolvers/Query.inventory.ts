import {
  runtime,
  util,
  type Context,
  type DynamoDBBatchGetItemRequest,
  type DynamoDBScanRequest,
} from '@aws-appsync/utils'
import { limits } from '../model/limits.ts'
import { isSku, pageViolations } from '../model/validation.ts'
import { failWith, refuse } from './errors.ts'
import type { QueryInventoryArgs, Stock, StockPage } from './schema.generated.ts'

interface StockResult {
  data?: Record<string, (Stock | null)[]>
  unprocessedKeys?: Record<string, object[]> | null
  items?: Stock[]
  nextToken?: string | null
}

/** With skus: exactly those that are known, in the order asked. Without: page by page of all. */
export function request(ctx: Context<QueryInventoryArgs>): DynamoDBBatchGetItemRequest | DynamoDBScanRequest {
  const limit = ctx.args.limit ?? limits.pageWhenAbsent
  const skus = ctx.args.skus ?? null
  const violations = pageViolations(limit)
  if (skus !== null && skus.length > limits.skusPerQuery) {
    violations.push({ path: 'skus', message: `must be ${limits.skusPerQuery} at most` })
  }
  refuse(violations)
  if (skus === null) {
    return { operation: 'Scan', limit, nextToken: ctx.args.nextToken ?? undefined }
  }
  const distinct = skus.filter((sku, index) => isSku(sku) && skus.indexOf(sku) === index)
  if (distinct.length === 0) runtime.earlyReturn({ items: [], nextToken: null })
  const keys = distinct.map((sku) => util.dynamodb.toMapValues({ sku }))
  return {
    operation: 'BatchGetItem',
    tables: { [ctx.env.INVENTORY_TABLE as string]: { keys, consistentRead: true } },
  }
}

export function response(ctx: Context<QueryInventoryArgs, object, object, object, StockResult>): StockPage {
  // The token is AppSync's own here: only it can tell that one is damaged.
  if (
    ctx.error &&
    (ctx.args.nextToken ?? null) !== null &&
    ctx.error.message.indexOf('agination token') !== -1
  ) {
    refuse([{ path: 'nextToken', message: 'is damaged or belongs to another list: start again without it' }])
  }
  failWith(ctx.error, true)
  const table = ctx.env.INVENTORY_TABLE as string
  const unprocessed = ctx.result.unprocessedKeys?.[table] ?? []
  if (unprocessed.length > 0) {
    util.error('The table is too busy to read all stock levels.', 'Throttled', null, { retryable: true })
  }
  const found: Stock[] = []
  for (const stock of ctx.result.data?.[table] ?? ctx.result.items ?? []) {
    if (stock !== null) found.push(stock)
  }
  return { items: found, nextToken: ctx.result.nextToken ?? null }
}
