import { util, type Context, type DynamoDBQueryRequest } from '@aws-appsync/utils'
import { feedOfAll } from '../model/order.ts'
import { cursorAfter } from './cursor.ts'
import { failWith } from './errors.ts'
import type { OrdersStash } from './Query.orders.ts'

/** The ids of one page, newest first. */
export interface IdPage {
  ids: string[]
  nextToken: string | null
}

function indexFor(stash: OrdersStash): { index: string; attribute: string; value: string } {
  if (stash.customerEmail !== null) {
    return { index: 'byCustomer', attribute: 'customerEmail', value: stash.customerEmail }
  }
  if (stash.status !== null) return { index: 'byStatus', attribute: 'status', value: stash.status }
  return { index: 'byFeed', attribute: 'feed', value: feedOfAll }
}

/** Asks the index that fits the filter best. A ULID sorts by time, so descending ids are newest first. */
export function request(ctx: Context<object, OrdersStash>): DynamoDBQueryRequest {
  const stash = ctx.stash
  const { index, attribute, value } = indexFor(stash)
  const startingAfter = stash.after !== null
  return {
    operation: 'Query',
    index,
    query: {
      expression: startingAfter ? '#key = :value AND #id < :after' : '#key = :value',
      expressionNames: startingAfter ? { '#key': attribute, '#id': 'id' } : { '#key': attribute },
      expressionValues: util.dynamodb.toMapValues(
        startingAfter ? { ':value': value, ':after': stash.after } : { ':value': value },
      ),
    },
    limit: stash.limit,
    scanIndexForward: false,
  }
}

export function response(
  ctx: Context<object, OrdersStash, object, object, { items: { id: string }[]; nextToken: string | null }>,
): IdPage {
  failWith(ctx.error, true)
  const ids = ctx.result.items.map((item) => item.id)
  const last = ids[ids.length - 1]
  return { ids, nextToken: ctx.result.nextToken && last ? cursorAfter(last, ctx.stash.filter) : null }
}
