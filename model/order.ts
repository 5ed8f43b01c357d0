import { limits } from './limits.ts'
import type { OrderStatus, Outcome } from './status.ts'
import { isWhole } from './text.ts'

/** One line of an order. */
export interface OrderLine {
  sku: string
  /** 1 to 1,000. */
  qty: number
}

/** A status and the moment the order took it (ISO 8601, UTC). */
export interface TimelineEntry {
  status: OrderStatus
  at: string
}

/** Why an order is undone. */
export interface Failure {
  code: string
  message: string
}

/** An order as it stands in the Orders table. */
export interface OrderRow {
  /** ULID: sorts by time of creation. */
  id: string
  /** Lower case. */
  customerEmail: string
  items: OrderLine[]
  /** In minor units of the currency. */
  total: number
  /** ISO 4217. */
  currency: string
  /** The provider's token; never given out. */
  paymentMethod?: string
  idempotencyKey?: string
  status: OrderStatus
  /** 1 when NEW; entry n of the timeline came with version n. */
  version: number
  timeline: TimelineEntry[]
  createdAt: string
  updatedAt: string
  cancelRequestedAt?: string
  cancelReason?: string
  failure?: Failure
  /** How the undo ends: fixed when it begins. */
  outcome?: Outcome
  /** True from the transaction that takes the stock to the one that gives it back. */
  stockHeld?: boolean
  /** `owed` while the order is closed and nobody was told: the key of the sparse index `byOwed`. */
  owed?: string
  notifiedAt?: string
  /** One constant for all orders: the key of the index `byFeed`. */
  feed: string
}

/** What a client sends to have an order made; checked by `violationsOf`. */
export interface NewOrder {
  customerEmail: string
  items: OrderLine[]
  totalAmount: number
  currency?: string | null
  paymentMethod?: string | null
  idempotencyKey?: string | null
}

/** Whether an order may have this id at all: others cannot even be asked for, being no key or too long for one. */
export function mayBeId(id: string): boolean {
  return id.length > 0 && id.length <= limits.orderId && isWhole(id)
}

/** Value of `feed` on every order. */
export const feedOfAll = 'all'

/** Value of `owed` while a notice is owed. */
export const noticeOwed = 'owed'

/** The money of an order in whole minor units; two decimals at most were checked before. */
export function minorUnits(totalAmount: number): number {
  return Math.round(totalAmount * 100)
}

/** The money of an order as the API shows it. */
export function majorUnits(total: number): number {
  return total / 100
}
