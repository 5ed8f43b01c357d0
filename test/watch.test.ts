import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOrdersClient, type OrdersClient, type StatusChange } from '../client/sdk/index.ts'
import { openWay, type CuttableWay } from './harness/cuttable.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import { openShop, type Shop } from './harness/shop.ts'

const told = (changes: readonly StatusChange[]): string[] =>
  changes.map(({ version, status }) => `${version} ${status}`)
const whole = ['1 NEW', '2 PAID', '3 RESERVED', '4 COMPLETED']

describe('watchOrder', () => {
  let shop: Shop
  let way: CuttableWay
  let client: OrdersClient
  beforeAll(async () => void (shop = await openShop()))
  beforeEach(async () => {
    const { GraphqlUrl = '', ApiKey = '' } = shop.outputs
    way = await openWay(Number(new URL(GraphqlUrl).port))
    client = createOrdersClient({ endpoint: `http://127.0.0.1:${way.port}/graphql`, apiKey: ApiKey })
  })
  afterEach(() => way.close())
  afterAll(async () => {
    await shop.assertInvariants()
    await shop.stop()
  })

  /** Follows an order and notes what is told until it is closed. */
  function follow(id: string, options = {}): { seen: StatusChange[]; end: Promise<void> } {
    const seen: StatusChange[] = []
    const end = (async () => {
      for await (const change of client.watchOrder(id, options)) seen.push(change)
    })()
    return { seen, end }
  }

  it('tells what happened before it began', async () => {
    const { id } = await shop.order()
    await shop.end(id)
    const late = follow(id)
    await late.end
    expect(told(late.seen)).toEqual(whole)
    expect(late.seen[1]).toMatchObject({ orderId: id, previousStatus: 'NEW', failure: null })
  })

  it('goes on where an earlier watch ended', async () => {
    const { id } = await shop.order()
    await shop.end(id)
    const rest = follow(id, { afterVersion: 2 })
    await rest.end
    expect(told(rest.seen)).toEqual(whole.slice(2))
  })

  it('loses and repeats nothing when its connection is cut again and again', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => shop.order()))
    const followed = orders.map(({ id }) => follow(id))
    const cutting = (async () => {
      for (let cuts = 0; cuts < 15; cuts += 1) {
        await pause(60)
        way.cut()
      }
    })()
    await Promise.all([cutting, ...followed.map(({ end }) => end)])
    for (const { seen } of followed) expect(told(seen)).toEqual(whole)
  })

  it('catches up with what happened while nothing could be reached', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    const followed = follow(id)
    while (followed.seen.length === 0) await pause(20)
    way.block()
    await resumePayments(shop)
    await shop.end(id)
    expect(told(followed.seen)).toEqual(['1 NEW'])
    way.mend()
    await followed.end
    expect(told(followed.seen)).toEqual(whole)
  })

  it.each(['throttled', 'internal', 'unavailable'] as const)(
    'asks for its subscription again when that is refused for a while (%s)',
    async (kind) => {
      const { id } = await shop.order()
      await shop.end(id)
      await pause(300) // what is pushed late would meet the fault
      shop.cloud.appsync.faults.inject({ kind, times: 2 })
      const began = Date.now()
      const late = Array.from({ length: 5 }, () => follow(id))
      await Promise.all(late.map(({ end }) => end))
      for (const { seen } of late) expect(told(seen)).toEqual(whole)
      expect(Date.now() - began).toBeLessThan(10_000) // not only when the order was silent for long
    },
  )

  it('ends when it is told to, and when the reader goes away', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    const stop = new AbortController()
    const followed = follow(id, { signal: stop.signal })
    while (followed.seen.length === 0) await pause(20)
    stop.abort()
    await followed.end
    for await (const { version } of client.watchOrder(id)) if (version === 1) break
    await resumePayments(shop)
    await shop.end(id)
    expect(told(followed.seen)).toEqual(['1 NEW'])
  })

  it('carries more watchers than one connection takes', async () => {
    const { id } = await shop.order()
    const followed = Array.from({ length: 230 }, () => follow(id))
    await Promise.all(followed.map(({ end }) => end))
    for (const { seen } of followed) expect(told(seen)).toEqual(whole)
  })

  it('fails at once for an order that nobody has, and for a wrong key', async () => {
    await expect(follow('nobody').end).rejects.toMatchObject({ type: 'OrderNotFound' })
    const stranger = createOrdersClient({ endpoint: shop.outputs.GraphqlUrl ?? '', apiKey: 'da2-wrong' })
    const { id } = await shop.order()
    const watch = async (): Promise<void> => {
      for await (const change of stranger.watchOrder(id)) throw new Error(`was told ${change.status}`)
    }
    await expect(watch()).rejects.toMatchObject({ type: 'UnauthorizedException' })
    await shop.end(id)
  })
})
