import { majorUnits, type OrderRow } from '../model/order.ts'
import { transitions } from '../model/status.ts'
import type { Order } from './schema.generated.ts'

/** An order as the API shows it: no payment method, no bookkeeping of the saga. */
export function orderView(row: OrderRow): Order {
  return {
    id: row.id,
    customerEmail: row.customerEmail,
    items: row.items,
    totalAmount: majorUnits(row.total),
    currency: row.currency,
    status: row.status,
    nextStatuses: transitions[row.status],
    version: row.version,
    timeline: row.timeline,
    failure: row.failure ?? null,
    cancelRequestedAt: row.cancelRequestedAt ?? null,
    cancelReason: row.cancelReason ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}
