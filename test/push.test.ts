import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connect, type RealtimeClient } from '../local/appsync/testing/realtime.ts'
import type { OrderRow } from '../model/order.ts'
import type { OrderStatus } from '../model/status.ts'
import { invoke } from './harness/functions.ts'
import { counted } from './harness/metrics.ts'
import { rowOf, until } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

const query = `subscription {
  onOrderStatusChanged {
    orderId customerEmail status previousStatus version at failure { code message }
  }
}`

/** When the orders of this file change: a minute apart. */
const at = (version: number): string => new Date(Date.UTC(2026, 0, 1, 0, version)).toISOString()

const failure = { code: 'OutOfStock', message: 'Not everything that was ordered is in stock.' }

/** An order that went this way; its last write came after its last change of status. */
function order(id: string, way: OrderStatus[], change: Partial<OrderRow> = {}): OrderRow {
  const timeline = way.map((status, index) => ({ status, at: at(index + 1) }))
  const status = way.at(-1) ?? 'NEW'
  return {
    id,
    customerEmail: `${id.toLowerCase()}@example.com`,
    items: [{ sku: 'SKU123', qty: 1 }],
    total: 1999,
    currency: 'USD',
    status,
    version: way.length,
    timeline,
    createdAt: at(1),
    updatedAt: at(59),
    feed: 'all',
    ...change,
  }
}

/** A record of the Orders table's stream. */
function record(before: OrderRow | undefined, now: OrderRow | undefined): object {
  const image = (row: OrderRow | undefined) =>
    row && marshall(row, { removeUndefinedValues: true, convertClassInstanceToMap: true })
  return {
    eventName: before === undefined ? 'INSERT' : now === undefined ? 'REMOVE' : 'MODIFY',
    dynamodb: { OldImage: image(before), NewImage: image(now) },
  }
}

/** The records of an order that goes this way. */
const recordsOf = (id: string, way: OrderStatus[]): object[] =>
  way.map((_, index) =>
    record(index === 0 ? undefined : order(id, way.slice(0, index)), order(id, way.slice(0, index + 1))),
  )

describe('a batch of changes', () => {
  let shop: Shop
  let client: RealtimeClient
  beforeAll(async () => {
    shop = await openShop()
    const port = Number(new URL(shop.outputs.GraphqlUrl ?? '').port)
    client = await connect({ port, key: shop.outputs.ApiKey ?? '' })
    await client.subscribe('all', query)
  })
  afterEach(() => shop.cloud.appsync.faults.clear())
  afterAll(async () => {
    client.socket.close()
    await shop.stop()
  })

  const push = (Records: object[]): Promise<string | undefined> => invoke(shop, 'PushStatus', { Records })

  interface Event {
    orderId: string
    status: string
    version: number
  }
  /** Everything that was heard since the last time, up to a change that is pushed last. */
  async function heard(): Promise<Event[]> {
    expect(await push(recordsOf('LAST', ['NEW']))).toBeUndefined()
    const events: Event[] = []
    for (;;) {
      const { payload } = await client.next({ type: 'data', id: 'all' })
      const { onOrderStatusChanged: event } = payload?.data as { onOrderStatusChanged: Event }
      if (event.orderId === 'LAST') return events
      events.push(event)
    }
  }
  const told = (events: Event[]): string =>
    events.map(({ orderId, version, status }) => `${orderId} ${version} ${status}`).join(', ')

  it('is told with everything that a reader needs', async () => {
    const way: OrderStatus[] = ['NEW', 'PAID', 'COMPENSATING', 'FAILED']
    const undone = order('A', way.slice(0, 3), { outcome: 'FAILED', failure })
    await push([record(order('A', way.slice(0, 2)), undone), record(undone, order('A', way, { failure }))])
    const always = { orderId: 'A', customerEmail: 'a@example.com', failure }
    expect(await heard()).toEqual([
      { ...always, status: 'COMPENSATING', previousStatus: 'PAID', version: 3, at: at(3) },
      { ...always, status: 'FAILED', previousStatus: 'COMPENSATING', version: 4, at: at(4) },
    ])
    await push(recordsOf('B', ['NEW']))
    expect(await heard()).toEqual([
      {
        orderId: 'B',
        customerEmail: 'b@example.com',
        status: 'NEW',
        previousStatus: null,
        version: 1,
        at: at(1),
        failure: null,
      },
    ])
  })

  it('is told in order within one order, and side by side across orders', async () => {
    const way: OrderStatus[] = ['NEW', 'PAID', 'RESERVED', 'COMPLETED']
    const ids = ['A', 'B', 'C']
    expect(await push(ids.flatMap((id) => recordsOf(id, way)))).toBeUndefined()
    const events = await heard()
    for (const id of ids)
      expect(told(events.filter(({ orderId }) => orderId === id))).toBe(
        way.map((status, index) => `${id} ${index + 1} ${status}`).join(', '),
      )
    const all = told(events)
    expect(all.indexOf('C 1 NEW')).toBeLessThan(all.indexOf('A 4 COMPLETED'))
  })

  it.each(['throttled', 'internal', 'unavailable'] as const)(
    'fails when a change cannot be told (%s), and no later one of its order is told before it',
    async (kind) => {
      const records = recordsOf('A', ['NEW', 'PAID', 'RESERVED'])
      shop.cloud.appsync.faults.inject({ kind, times: 1 })
      expect(await push(records)).toBe('Error')
      expect(told(await heard())).toBe('')
      expect(await push(records)).toBeUndefined()
      expect(told(await heard())).toBe('A 1 NEW, A 2 PAID, A 3 RESERVED')
    },
  )

  it('fails when all that it tells is told or failed, and leaves nothing that goes on beside the next', async () => {
    const long = Array<OrderStatus[]>(15).fill(['NEEDS_ATTENTION', 'COMPENSATING']).flat()
    shop.cloud.appsync.faults.inject({ kind: 'internal', times: 1 })
    expect(await push([...recordsOf('A', ['NEW']), ...recordsOf('B', long)])).toBe('Error')
    expect((await heard()).map(({ version }) => version)).toEqual(long.map((_, index) => index + 1))
  })

  it('is counted once it was told, not each time that was tried', async () => {
    const records = recordsOf('A', ['NEW', 'COMPENSATING', 'CANCELLED'])
    shop.cloud.appsync.faults.inject({ kind: 'internal', times: 1 })
    expect([await push(records), await push(records)]).toEqual(['Error', undefined])
    const count = (): Promise<number> => counted(shop, 'push-status', 'OrdersCancelled')
    await expect.poll(count, { timeout: 20_000 }).toBe(1)
    await heard()
  })

  it('fails when AppSync answers with errors, whatever the HTTP status', async () => {
    const lost = order('A', ['NEW', 'LOST' as OrderStatus])
    expect(await push([record(order('A', ['NEW']), lost)])).toBe('Error')
    expect(told(await heard())).toBe('')
  })

  it('says nothing of what changed no status, or was taken away', async () => {
    const paid = order('A', ['NEW', 'PAID'])
    const asked = order('A', ['NEW', 'PAID'], { cancelRequestedAt: at(3), cancelReason: 'too dear' })
    expect(await push([record(paid, asked), record(asked, undefined)])).toBeUndefined()
    expect(told(await heard())).toBe('')
  })

  it('is not asked for by a notice that was sent, which changes no status', async () => {
    const [first, second] = [await shop.order(), await shop.order({ customerEmail: 'bob@example.com' })]
    await Promise.all([shop.end(first.id), shop.end(second.id)])
    for (const { id } of [first, second])
      await until(async () => (await rowOf(shop, id)).notifiedAt, undefined, `the notice of '${id}'`)
    const last = await shop.order()
    await shop.end(last.id) // what came before it was read
    const asked = shop.activities
      .filter(({ service, what }) => service === 'lambda' && what === 'invoke')
      .map(({ input }) => (input as { payload: string }).payload)
      .filter((payload) => payload.includes('"aws:dynamodb"'))
    expect(asked.join()).toContain(first.id)
    expect(asked.filter((payload) => payload.includes('notifiedAt'))).toEqual([])
  })
})
