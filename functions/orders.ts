import type { OrderRow } from '../model/order.ts'
import type { OrderStatus } from '../model/status.ts'
import { read } from './dynamodb.ts'
import { setting } from './environment.ts'

/** What the saga hands to every step: the order's id and nothing of the person. */
export interface StepInput {
  orderId: string
}

/** A change of an order's status, as the `Update` of a transaction or the input of one conditional update. */
export interface OrderUpdate {
  TableName: string
  Key: { id: string }
  UpdateExpression: string
  ConditionExpression: string
  ExpressionAttributeNames: Record<string, string>
  ExpressionAttributeValues: Record<string, unknown>
}

/** Reads an order consistently; an unknown id is an error, for the saga never has one. */
export async function readOrder(orderId: string): Promise<OrderRow> {
  const order = await read<OrderRow>(setting('ORDERS_TABLE'), { id: orderId })
  if (order === undefined) throw new Error(`There is no order '${orderId}'`)
  return order
}

/**
 * Moves an order to another status: bumps its version, adds to its timeline and sets what goes with it, on condition
 * that it still stands in one of `from`, and still has `version` when that is given. `condition` adds to that, e.g.
 * `notCancelled` for every step forward.
 */
export function moveOrder(move: {
  orderId: string
  from: OrderStatus[]
  to: OrderStatus
  version?: number
  condition?: string
  set?: Record<string, unknown>
}): OrderUpdate {
  const at = new Date().toISOString()
  const more = Object.entries(move.set ?? {}).filter(([, value]) => value !== undefined)
  const from = move.from.map((status, index) => [`:from${index}`, status] as const)
  return {
    TableName: setting('ORDERS_TABLE'),
    Key: { id: move.orderId },
    UpdateExpression: [
      'SET #status = :to, version = version + :one, timeline = list_append(timeline, :entry), updatedAt = :at',
      ...more.map(([name]) => `${name} = :${name}`),
    ].join(', '),
    ConditionExpression: [
      `#status IN (${from.map(([name]) => name).join(', ')})`,
      move.version === undefined ? undefined : 'version = :version',
      move.condition,
    ]
      .filter((part) => part !== undefined)
      .join(' AND '),
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ...Object.fromEntries(from),
      ...Object.fromEntries(more.map(([name, value]) => [`:${name}`, value])),
      ...(move.version === undefined ? {} : { ':version': move.version }),
      ':to': move.to,
      ':one': 1,
      ':entry': [{ status: move.to, at }],
      ':at': at,
    },
  }
}

/** Every step forward is refused from the moment a cancel was asked for. */
export const notCancelled = 'attribute_not_exists(cancelRequestedAt)'
