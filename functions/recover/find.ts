import type { OrderRow } from '../../model/order.ts'
import { noticeOwed } from '../../model/order.ts'
import type { OrderStatus } from '../../model/status.ts'
import { queryKeys } from '../dynamodb.ts'
import { setting } from '../environment.ts'

/** How many orders one run looks at: of each status, and of those whose notice is owed. */
const most = 100

/** Among how many of the oldest it chooses them: an index page or two. What is younger waits for these. */
const mostFound = 2_000

/**
 * Of ids, oldest first, those that a run looks at: the oldest, and as many of the others, by chance. Behind many that are
 * well, as in a long outage of the payment provider, one that is not is met all the same.
 */
export function chosen(ids: readonly string[]): readonly string[] {
  if (ids.length <= most) return ids
  const others = ids.slice(most / 2).map((id) => ({ id, chance: Math.random() }))
  const drawn = others.sort((one, other) => one.chance - other.chance).slice(0, most / 2)
  return [...ids.slice(0, most / 2), ...drawn.map(({ id }) => id).sort()]
}

/** Ids of orders of a status made before `createdBefore` (ms since the epoch), oldest first. */
export function ordersOf(status: OrderStatus, createdBefore: number): Promise<string[]> {
  return oldest('byStatus', 'status', status, createdBefore)
}

/** Ids of closed orders made before `createdBefore` that nobody was told of so far, oldest first. */
export function owedOrders(createdBefore: number): Promise<string[]> {
  return oldest('byOwed', 'owed', noticeOwed, createdBefore)
}

async function oldest(
  IndexName: string,
  attribute: string,
  value: string,
  createdBefore: number,
): Promise<string[]> {
  const keys = await queryKeys<Pick<OrderRow, 'id'>>({
    TableName: setting('ORDERS_TABLE'),
    IndexName,
    KeyConditionExpression: '#attribute = :value AND id < :bound',
    ExpressionAttributeNames: { '#attribute': attribute },
    ExpressionAttributeValues: { ':value': value, ':bound': firstUlid(createdBefore) },
    Limit: mostFound,
  })
  return keys.map(({ id }) => id)
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The time part of a ULID, which sorts before every ULID made at that time or later. */
function firstUlid(time: number): string {
  const places = Array.from({ length: 10 }, (_, place) => Math.floor(Math.max(0, time) / 32 ** (9 - place)))
  return places.map((value) => digits[value % 32]).join('')
}
