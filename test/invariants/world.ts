import type { OrderRow } from '../../model/order.ts'
import type { PaymentRow } from '../../model/tables.ts'
import type { StatusChange } from '../../client/sdk/index.ts'

/** A payment in the provider's own books. */
export interface ProviderRow {
  id: string
  state: 'prepared' | 'charged' | 'declined' | 'voided' | 'refunded'
  amount: number
}

/** All that can be seen of the system from outside once faults have stopped and everything has come to rest. */
export interface World {
  /** Ids that createOrder answered with. */
  readonly accepted: readonly string[]
  readonly orders: readonly OrderRow[]
  readonly payments: readonly PaymentRow[]
  readonly provider: readonly ProviderRow[]
  /** By sku. `changed`: what setStock added or took, summed up. */
  readonly stock: Readonly<Record<string, { initial: number; changed: number; available: number }>>
  /** What each watchOrder reader saw, from the first status to the last. */
  readonly watched: readonly { orderId: string; changes: readonly StatusChange[] }[]
  /** Notices that reached a subscriber of the topic. */
  readonly notices: readonly { orderId: string; status: string }[]
  /** Names of the alarms that stand in ALARM. */
  readonly alarms: readonly string[]
  /** Texts that must hold nothing personal: execution inputs and histories, logs, metrics, notices. */
  readonly texts: readonly { where: string; text: string }[]
  /** Milliseconds since the epoch at which it was looked at. */
  readonly at: number
}
