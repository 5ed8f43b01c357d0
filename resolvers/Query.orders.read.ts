import { runtime, util, type Context, type DynamoDBBatchGetItemRequest } from '@aws-appsync/utils'
import type { OrderRow } from '../model/order.ts'
import { failWith } from './errors.ts'
import { orderView } from './order-view.ts'
import type { IdPage } from './Query.orders.page.ts'
import type { OrdersStash } from './Query.orders.ts'
import type { OrderPage } from './schema.generated.ts'

interface BatchResult {
  data: Record<string, (OrderRow | null)[]>
  unprocessedKeys: Record<string, object[]> | null
}

/** Reads the orders themselves, consistently: the index may still show the status of a moment ago. */
export function request(ctx: Context<object, OrdersStash, { result: IdPage }>): DynamoDBBatchGetItemRequest {
  const page = ctx.prev.result
  if (page.ids.length === 0) runtime.earlyReturn({ items: [], nextToken: page.nextToken })
  return {
    operation: 'BatchGetItem',
    tables: {
      [ctx.env.ORDERS_TABLE as string]: {
        keys: page.ids.map((id) => util.dynamodb.toMapValues({ id })),
        consistentRead: true,
      },
    },
  }
}

/** Drops what no longer fits the filter, so a page may be short. */
export function response(
  ctx: Context<object, OrdersStash, { result: IdPage }, object, BatchResult>,
): OrderPage {
  failWith(ctx.error, true)
  const table = ctx.env.ORDERS_TABLE as string
  const unprocessed = ctx.result.unprocessedKeys?.[table] ?? []
  if (unprocessed.length > 0) {
    util.error('The table is too busy to read the whole page.', 'Throttled', null, { retryable: true })
  }
  const { status, customerEmail } = ctx.stash
  const rows: OrderRow[] = []
  for (const row of ctx.result.data[table] ?? []) {
    const fits =
      row !== null &&
      (status === null || row.status === status) &&
      (customerEmail === null || row.customerEmail === customerEmail)
    if (fits) rows.push(row)
  }
  return { items: rows.map((row) => orderView(row)), nextToken: ctx.prev.result.nextToken }
}
