import { isClosed, transitions, type OrderStatus } from '../../model/status.ts'
import { settledPayments } from '../../model/tables.ts'
import type { World } from './world.ts'

/** A broken invariant: its number in the design, and what breaks it. */
export interface Broken {
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 6 | 7
  readonly message: string
}

/** Names of the alarms that must stand in ALARM while an order waits for a person, or for its notice. */
const alarmFor = { attention: /attention/i, notice: /owed|notice/i }

/** Milliseconds after which a notice that is still owed must raise its alarm. */
const noticePatience = 15 * 60_000

/** Every invariant of the order system that the world breaks; empty when it is sound. */
export function violationsOf(world: World): Broken[] {
  return [ends, money, stock, ways, watchers, notices, privacy].flatMap((check, index) =>
    check(world).map((message) => ({ invariant: (index + 1) as Broken['invariant'], message })),
  )
}

const isUndone = (status: OrderStatus): boolean => status === 'FAILED' || status === 'CANCELLED'

/** 1. Every accepted order reaches its end, or waits for a person who was called. */
function ends({ accepted, orders, alarms }: World): string[] {
  const byId = new Map(orders.map((order) => [order.id, order]))
  const called = alarms.some((name) => alarmFor.attention.test(name))
  return accepted.flatMap((id) => {
    const status = byId.get(id)?.status
    if (status === undefined) return [`${id} was accepted and is not there`]
    if (isClosed(status) || (status === 'NEEDS_ATTENTION' && called)) return []
    return [`${id} stands in ${status}${status === 'NEEDS_ATTENTION' ? ' without an alarm' : ''}`]
  })
}

/** 2. Charged at most once; COMPLETED is charged and kept; FAILED and CANCELLED are net zero, at the provider too. */
function money({ orders, payments, provider }: World): string[] {
  return orders.flatMap((order) => {
    const ledger = payments.find(({ orderId }) => orderId === order.id)
    const books = provider.filter(({ id }) => id === `sim_${order.id}` || id === ledger?.providerId)
    const charged = books.filter(({ state }) => state === 'charged')
    if (charged.length > 1) return [`${order.id} was charged ${charged.length} times`]
    if (order.status === 'COMPLETED') {
      const kept = charged.length === 1 && charged[0]?.amount === order.total && ledger?.status === 'CHARGED'
      return kept ? [] : [`${order.id} is COMPLETED but its payment is ${ledger?.status ?? 'missing'}`]
    }
    if (isUndone(order.status)) {
      const settled = ledger !== undefined && settledPayments.includes(ledger.status)
      return charged.length === 0 && settled
        ? []
        : [
            `${order.id} is ${order.status} but its payment is ${ledger?.status ?? 'missing'}, ${books[0]?.state ?? 'none'} at the provider`,
          ]
    }
    return []
  })
}

/** 3. Nothing of the stock leaks: initial + changed = available + what orders hold, undone ones nothing; never below zero. */
function stock({ orders, stock: levels }: World): string[] {
  const kept = orders.filter(({ status, stockHeld }) => isUndone(status) && stockHeld === true)
  const leaks = Object.entries(levels).flatMap(([sku, { initial, changed, available }]) => {
    const held = orders
      .filter(({ stockHeld }) => stockHeld === true)
      .flatMap(({ items }) => items)
      .filter((line) => line.sku === sku)
      .reduce((sum, { qty }) => sum + qty, 0)
    const wrong =
      initial + changed === available + held
        ? []
        : [`${sku}: ${initial} + ${changed} is not ${available} + ${held} held`]
    return available < 0 ? [...wrong, `${sku}: ${available} is below zero`] : wrong
  })
  return [...leaks, ...kept.map(({ id, status }) => `${id} is ${status} but holds stock`)]
}

/** 4. Status moves only along the states; version counts its changes; the timeline tells the same story. */
function ways({ orders }: World): string[] {
  return orders.flatMap((order) => {
    const way = order.timeline.map(({ status }) => status)
    const told = `${order.id} went ${way.join(' > ')}`
    if (way[0] !== 'NEW') return [`${told}, which does not begin with NEW`]
    const leap = way.findIndex((status, index) => {
      const before = way[index - 1]
      return before !== undefined && !transitions[before].includes(status)
    })
    if (leap > 0) return [`${told}, which is no way`]
    if (way.at(-1) !== order.status) return [`${told}, but is ${order.status}`]
    return order.version === way.length ? [] : [`${told}, but has version ${order.version}`]
  })
}

/** 5. A watchOrder reader sees each change exactly once, in order. */
function watchers({ orders, watched }: World): string[] {
  const byId = new Map(orders.map((order) => [order.id, order]))
  return watched.flatMap(({ orderId, changes }) => {
    const seen = changes.map(({ version, status }) => `${version} ${status}`).join(', ')
    const real = byId.get(orderId)?.timeline ?? []
    const should = real.map(({ status }, index) => `${index + 1} ${status}`).join(', ')
    return seen === should ? [] : [`a watcher of ${orderId} saw "${seen}" of "${should}"`]
  })
}

/** 6. Every closed order was told of as it is, or the notice is owed, with an alarm after a while. */
function notices({ orders, notices: told, alarms, at }: World): string[] {
  const called = alarms.some((name) => alarmFor.notice.test(name))
  return orders
    .filter(({ status }) => isClosed(status))
    .flatMap(({ id, status, owed, updatedAt }) => {
      const heard = told.filter(({ orderId }) => orderId === id)
      const wrong = heard.find((notice) => notice.status !== status)
      if (wrong !== undefined) return [`it was told that ${id} is ${wrong.status}, but it is ${status}`]
      if (heard.length > 0) return []
      if (owed === undefined) return [`nobody was told that ${id} is ${status}, and no notice is owed`]
      const late = at - Date.parse(updatedAt) > noticePatience && !called
      return late ? [`the notice of ${id} is owed for long, and no alarm says so`] : []
    })
}

/** 7. No personal data in execution inputs, logs or metrics. */
function privacy({ orders, texts }: World): string[] {
  const personal = new Set(
    orders.flatMap(({ customerEmail, paymentMethod }) => [customerEmail, paymentMethod ?? '']),
  )
  personal.delete('')
  return texts.flatMap(({ where, text }) =>
    [...personal]
      .filter((secret) => text.toLowerCase().includes(secret))
      .map((secret) => `${where} tells ${secret}`),
  )
}
