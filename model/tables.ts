/** Indexes on Orders: each has one of these attributes as its partition key, `id` as its sort key, keys only. */
export const orderIndexes = {
  byStatus: 'status',
  byCustomer: 'customerEmail',
  byFeed: 'feed',
  byOwed: 'owed',
} as const

/** Where a payment stands in our ledger (the Payments table). */
export type PaymentStatus = 'PENDING' | 'CHARGED' | 'DECLINED' | 'REFUNDED' | 'VOIDED'

/** Statuses in which no money of the customer is with us, nor can come: an undo may close the order. */
export const settledPayments: PaymentStatus[] = ['DECLINED', 'REFUNDED', 'VOIDED']

/** A row of the Payments table. */
export interface PaymentRow {
  orderId: string
  status: PaymentStatus
  /** Which adapter holds the provider's side, e.g. `simulated`; absent on a tombstone. */
  provider?: string
  /** The provider's id of this payment; absent on a tombstone. */
  providerId?: string
  /** In minor units. */
  amount?: number
  currency?: string
  /** How often the charge was tried. */
  attempts?: number
  updatedAt: string
}

/** A row of the Inventory table. */
export interface StockRow {
  sku: string
  available: number
  updatedAt: string
}

/** A row of the Idempotency table. */
export interface IdempotencyRow {
  key: string
  orderId: string
  /** Seconds since the epoch; DynamoDB's TTL removes the row some time after. */
  expiresAt: number
}
