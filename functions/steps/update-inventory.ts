import { cancelled, outOfStock } from '../../model/failures.ts'
import type { OrderLine, OrderRow } from '../../model/order.ts'
import { commit, type Write } from '../dynamodb.ts'
import { setting } from '../environment.ts'
import { StepFailure } from '../failure.ts'
import { logger } from '../observe.ts'
import { moveOrder, notCancelled, readOrder, type StepInput } from '../orders.ts'

/** PAID -> RESERVED: takes every line from stock, or none. */
export async function handler({ orderId }: StepInput): Promise<void> {
  const order = await readOrder(orderId)
  const refused = await commit([
    {
      Update: moveOrder({
        orderId,
        from: ['PAID'],
        to: 'RESERVED',
        condition: notCancelled,
        set: { stockHeld: true },
      }),
    },
    ...order.items.map(takeFromStock),
  ])
  if (refused.includes(0)) await acceptIfDone(orderId)
  else if (refused.length > 0) throw new StepFailure(outOfStock, lacking(order, refused))
  logger.info('stock taken', { orderId })
}

/** Gives back what the order holds, once: `stockHeld` goes in the same transaction. */
export async function undo({ orderId }: StepInput): Promise<void> {
  const order = await readOrder(orderId)
  if (order.stockHeld !== true) return
  const refused = await commit([{ Update: letGo(orderId) }, ...order.items.map(putBack)])
  if (refused.length > 0 && (await readOrder(orderId)).stockHeld === true) {
    throw new Error(`The stock of order '${orderId}' could not be given back`)
  }
  logger.info('stock given back', { orderId })
}

/** A repeat of a step that was done answers as the first time did; otherwise the order goes forward no more. */
async function acceptIfDone(orderId: string): Promise<void> {
  const { status, cancelRequestedAt, stockHeld } = await readOrder(orderId)
  if (stockHeld === true && (status === 'RESERVED' || status === 'COMPLETED')) return
  const why = cancelRequestedAt === undefined ? `it is ${status}` : 'a cancel was asked for'
  throw new StepFailure(cancelled, `The order '${orderId}' goes forward no more: ${why}`)
}

function lacking(order: OrderRow, refused: number[]): string {
  const skus = refused.map((position) => order.items[position - 1]?.sku)
  return `Not enough in stock of: ${skus.join(', ')}`
}

function takeFromStock({ sku, qty }: OrderLine): Write {
  return {
    Update: {
      TableName: setting('INVENTORY_TABLE'),
      Key: { sku },
      UpdateExpression: 'SET available = available - :qty, updatedAt = :at',
      ConditionExpression: 'available >= :qty',
      ExpressionAttributeValues: { ':qty': qty, ':at': new Date().toISOString() },
    },
  }
}

function putBack({ sku, qty }: OrderLine): Write {
  return {
    Update: {
      TableName: setting('INVENTORY_TABLE'),
      Key: { sku },
      UpdateExpression: 'SET available = available + :qty, updatedAt = :at',
      ConditionExpression: 'attribute_exists(sku)',
      ExpressionAttributeValues: { ':qty': qty, ':at': new Date().toISOString() },
    },
  }
}

function letGo(orderId: string): NonNullable<Write['Update']> {
  return {
    TableName: setting('ORDERS_TABLE'),
    Key: { id: orderId },
    UpdateExpression: 'SET updatedAt = :at REMOVE stockHeld',
    ConditionExpression: 'stockHeld = :yes AND #status = :undoing',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':yes': true, ':undoing': 'COMPENSATING', ':at': new Date().toISOString() },
  }
}
