/** Every status an order can have. */
export const statuses = [
  'NEW',
  'PAID',
  'RESERVED',
  'COMPLETED',
  'COMPENSATING',
  'FAILED',
  'CANCELLED',
  'NEEDS_ATTENTION',
] as const

export type OrderStatus = (typeof statuses)[number]

/** How an undone order ends. */
export type Outcome = 'FAILED' | 'CANCELLED'

/** Where an order can go from each status: the only moves there are. */
export const transitions: Record<OrderStatus, OrderStatus[]> = {
  NEW: ['PAID', 'COMPENSATING'],
  PAID: ['RESERVED', 'COMPENSATING'],
  RESERVED: ['COMPLETED', 'COMPENSATING'],
  COMPLETED: [],
  COMPENSATING: ['FAILED', 'CANCELLED', 'NEEDS_ATTENTION'],
  FAILED: [],
  CANCELLED: [],
  NEEDS_ATTENTION: ['COMPENSATING'],
}

/** The saga goes forward from these; only here can an order still be cancelled. */
export const forwardStatuses: OrderStatus[] = ['NEW', 'PAID', 'RESERVED']

/** An order behind the fence never goes forward again: from here on what it did may be undone. */
export const fencedStatuses: OrderStatus[] = ['COMPENSATING', 'NEEDS_ATTENTION', 'FAILED', 'CANCELLED']

/** A closed order never moves again. */
export function isClosed(status: OrderStatus): boolean {
  return transitions[status].length === 0
}
