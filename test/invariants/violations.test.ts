import { describe, expect, it } from 'vitest'
import type { OrderRow } from '../../model/order.ts'
import type { OrderStatus } from '../../model/status.ts'
import { violationsOf, type Broken } from './violations.ts'
import type { World } from './world.ts'

const at = '2026-01-01T00:00:00.000Z'

function orderThatWent(id: string, way: OrderStatus[], more: Partial<OrderRow> = {}): OrderRow {
  return {
    id,
    customerEmail: 'ada@example.com',
    items: [{ sku: 'A', qty: 2 }],
    total: 1000,
    currency: 'USD',
    paymentMethod: 'pm_approved',
    status: way.at(-1) ?? 'NEW',
    version: way.length,
    timeline: way.map((status) => ({ status, at })),
    createdAt: at,
    updatedAt: at,
    feed: 'all',
    ...more,
  }
}

const kept = orderThatWent('kept', ['NEW', 'PAID', 'RESERVED', 'COMPLETED'], { stockHeld: true })
const undone = orderThatWent('undone', ['NEW', 'PAID', 'COMPENSATING', 'FAILED'], { outcome: 'FAILED' })

function changesOf(order: OrderRow) {
  return order.timeline.map(({ status }, index) => {
    const previousStatus = order.timeline[index - 1]?.status ?? null
    return { orderId: order.id, status, previousStatus, version: index + 1, at, failure: null }
  })
}

const sound: World = {
  accepted: ['kept', 'undone'],
  orders: [kept, undone],
  payments: [
    { orderId: 'kept', status: 'CHARGED', providerId: 'sim_kept', updatedAt: at },
    { orderId: 'undone', status: 'REFUNDED', providerId: 'sim_undone', updatedAt: at },
  ],
  provider: [
    { id: 'sim_kept', state: 'charged', amount: 1000 },
    { id: 'sim_undone', state: 'refunded', amount: 1000 },
  ],
  stock: { A: { initial: 10, changed: 5, available: 13 } },
  watched: [kept, undone].map((order) => ({ orderId: order.id, changes: changesOf(order) })),
  notices: [
    { orderId: 'kept', status: 'COMPLETED' },
    { orderId: 'undone', status: 'FAILED' },
  ],
  alarms: [],
  texts: [{ where: 'the log', text: 'payment settled kept' }],
  at: Date.parse(at) + 60_000,
}

/** The sound world with one of its two orders changed. */
const withOrder = (order: OrderRow): Partial<World> => ({
  orders: [...sound.orders.filter(({ id }) => id !== order.id), order],
  watched: [],
})

const brokenWorlds: [Broken['invariant'], string, Partial<World>][] = [
  [1, 'an order that was accepted and is gone', { accepted: [...sound.accepted, 'lost'] }],
  [
    1,
    'an order that stands still',
    { accepted: ['stuck'], orders: [...sound.orders, orderThatWent('stuck', ['NEW', 'PAID'])], watched: [] },
  ],
  [
    1,
    'an order that needs attention and nobody was called',
    {
      ...withOrder(orderThatWent('undone', ['NEW', 'COMPENSATING', 'NEEDS_ATTENTION'])),
    },
  ],
  [
    2,
    'a failed order whose money was kept',
    { provider: [...sound.provider.slice(0, 1), { id: 'sim_undone', state: 'charged', amount: 1000 }] },
  ],
  [
    2,
    'an order charged twice',
    {
      payments: [
        { orderId: 'kept', status: 'CHARGED', providerId: 'other', updatedAt: at },
        ...sound.payments.slice(1),
      ],
      provider: [...sound.provider, { id: 'other', state: 'charged', amount: 1000 }],
    },
  ],
  [2, 'a completed order that was not paid', { provider: sound.provider.slice(1) }],
  [
    2,
    'a completed order charged another amount',
    { provider: [{ id: 'sim_kept', state: 'charged', amount: 999 }, ...sound.provider.slice(1)] },
  ],
  [3, 'stock that leaked', { stock: { A: { initial: 10, changed: 5, available: 12 } } }],
  [
    3,
    'an undone order that keeps its stock',
    {
      ...withOrder({ ...undone, stockHeld: true }),
      stock: { A: { initial: 10, changed: 5, available: 11 } },
    },
  ],
  [
    4,
    'a status reached by no way there is',
    withOrder(orderThatWent('kept', ['NEW', 'RESERVED', 'COMPLETED'], { stockHeld: true })),
  ],
  [4, 'a version that counted something else', withOrder({ ...kept, version: 5 })],
  [
    4,
    'a timeline that tells another end',
    withOrder({ ...kept, timeline: kept.timeline.slice(0, 3), version: 3 }),
  ],
  [5, 'a watcher who missed a change', { watched: [{ orderId: 'kept', changes: changesOf(kept).slice(1) }] }],
  [
    5,
    'a watcher who saw a change twice',
    { watched: [{ orderId: 'kept', changes: [...changesOf(kept), ...changesOf(kept).slice(3)] }] },
  ],
  [6, 'a closed order nobody was told of', { notices: sound.notices.slice(1) }],
  [
    6,
    'an order told of as something that it is not',
    { notices: [...sound.notices, { orderId: 'undone', status: 'COMPLETED' }] },
  ],
  [
    6,
    'a notice owed for long without an alarm',
    {
      ...withOrder({ ...kept, owed: 'owed' }),
      notices: sound.notices.slice(1),
      at: Date.parse(at) + 16 * 60_000,
    },
  ],
  [7, 'a log that tells an address', { texts: [{ where: 'the log', text: 'mail to Ada@Example.com' }] }],
]

describe('the invariants', () => {
  it('hold in a sound world', () => {
    expect(violationsOf(sound)).toEqual([])
  })

  it.each(brokenWorlds)('%i refuses %s', (invariant, _what, change) => {
    const broken = new Set(violationsOf({ ...sound, ...change }).map((violation) => violation.invariant))
    expect([...broken]).toEqual([invariant])
  })

  it('accept an order that needs attention once somebody was called', () => {
    const waiting = withOrder(orderThatWent('undone', ['NEW', 'COMPENSATING', 'NEEDS_ATTENTION']))
    expect(violationsOf({ ...sound, ...waiting, alarms: ['OrderSystem-OrdersNeedAttention'] })).toEqual([])
  })

  it('accept a notice that is owed for a short time', () => {
    const owed = { ...withOrder({ ...kept, owed: 'owed' }), notices: sound.notices.slice(1) }
    expect(violationsOf({ ...sound, ...owed })).toEqual([])
  })
})
