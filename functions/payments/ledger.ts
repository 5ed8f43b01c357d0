import type { PaymentRow, PaymentStatus } from '../../model/tables.ts'
import { read, type Write } from '../dynamodb.ts'
import { setting } from '../environment.ts'

/** Reads the payment of an order in our own ledger; undefined when none was begun. */
export function readPayment(orderId: string): Promise<PaymentRow | undefined> {
  return read<PaymentRow>(setting('PAYMENTS_TABLE'), { orderId })
}

/** The write that makes the first row of an order's payment; refused when there is one. */
export function newPayment(row: Omit<PaymentRow, 'updatedAt'>): NonNullable<Write['Put']> {
  return {
    TableName: setting('PAYMENTS_TABLE'),
    Item: { ...row, updatedAt: new Date().toISOString() },
    ConditionExpression: 'attribute_not_exists(orderId)',
  }
}

/** The write that moves a payment on; refused when it does not stand in one of `from`. */
export function movePayment(
  orderId: string,
  from: PaymentStatus[],
  to: PaymentStatus,
): NonNullable<Write['Update']> {
  const names = from.map((_, index) => `:from${index}`)
  return {
    TableName: setting('PAYMENTS_TABLE'),
    Key: { orderId },
    UpdateExpression: 'SET #status = :to, updatedAt = :at',
    ConditionExpression: `#status IN (${names.join(', ')})`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ...Object.fromEntries(from.map((status, index) => [`:from${index}`, status])),
      ':to': to,
      ':at': new Date().toISOString(),
    },
  }
}
