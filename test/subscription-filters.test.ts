import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Frame, type RealtimeClient } from '../local/appsync/testing/realtime.ts'
import { counted } from './harness/metrics.ts'
import { openShop, type Shop } from './harness/shop.ts'

const query = `subscription ($orderId: ID, $customerEmail: String, $status: OrderStatus) {
  onOrderStatusChanged(orderId: $orderId, customerEmail: $customerEmail, status: $status) {
    orderId customerEmail status previousStatus version at failure { code message }
  }
}`
interface Event {
  orderId: string
  status: string
  customerEmail: string
  previousStatus: string | null
}
const eventOf = ({ payload }: Frame): Event =>
  (payload?.data as { onOrderStatusChanged: Event }).onOrderStatusChanged

describe('a subscriber', () => {
  let shop: Shop
  let client: RealtimeClient
  const heard = (id: string): string =>
    client.waiting
      .filter((frame) => frame.type === 'data' && frame.id === id)
      .map((frame) => `${eventOf(frame).customerEmail[0] ?? ''}:${eventOf(frame).status}`)
      .join(' ')
  const adas = 'a:NEW a:PAID a:RESERVED a:COMPLETED'
  const bobs = 'b:NEW b:COMPENSATING b:FAILED'

  beforeAll(async () => {
    shop = await openShop()
    const port = Number(new URL(shop.outputs.GraphqlUrl ?? '').port)
    client = await connect({ port, key: shop.outputs.ApiKey ?? '' })
    const wishes: [string, object][] = [
      ['none', {}],
      ['nulls', { orderId: null, customerEmail: null, status: null }],
      ['customer', { customerEmail: 'BOB@example.com' }],
      ['customer and nulls', { customerEmail: 'bob@example.com', orderId: null, status: null }],
      ['status', { status: 'FAILED' }],
      ['status and customer', { status: 'NEW', customerEmail: 'ada@example.com' }],
      ['nobody', { customerEmail: 'nobody@example.com' }],
      ['empty', { orderId: '', customerEmail: '' }],
      ['contradiction', { status: 'COMPLETED', customerEmail: 'bob@example.com' }],
    ]
    for (const [id, variables] of wishes)
      expect(await client.subscribe(id, query, variables)).toMatchObject({ type: 'start_ack' })
    const ada = await shop.order({ customerEmail: 'ada@example.com' })
    await client.subscribe('order', query, { orderId: ada.id })
    await shop.end(ada.id)
    const bob = await shop.order({ customerEmail: 'Bob@Example.com', paymentMethod: 'pm_declined' })
    await shop.end(bob.id)
    // An order that comes last, and is heard by those who hear all: what was to come before it has come.
    const eve = await shop.order({ customerEmail: 'eve@example.com' })
    await client.subscribe('last', query, { orderId: eve.id, status: 'COMPLETED' })
    if ((await shop.client.order(eve.id))?.status !== 'COMPLETED')
      await client.next({ type: 'data', id: 'last' })
    await shop.end(eve.id)
  })
  afterAll(async () => {
    client.socket.close()
    await shop.assertInvariants().finally(() => shop.stop())
  })

  it.each(['none', 'nulls'])('with no filter hears of all (%s)', (id) => {
    expect(heard(id)).toMatch(new RegExp(`^${adas} ${bobs} e:NEW`))
  })

  it('hears what the status was before', () => {
    const events = client.waiting.filter(({ type, id }) => type === 'data' && id === 'none').map(eventOf)
    const bob = events.filter(({ customerEmail }) => customerEmail.startsWith('bob'))
    expect(bob.map(({ previousStatus }) => previousStatus)).toEqual([null, 'NEW', 'COMPENSATING'])
  })

  it('is not alone: the same changes are counted', async () => {
    const count = (name: string): Promise<number> => counted(shop, 'push-status', name)
    await expect.poll(() => count('OrdersCompleted'), { timeout: 20_000 }).toBe(2)
    expect([await count('OrdersCreated'), await count('OrdersFailed')]).toEqual([3, 1])
  })

  it.each(['customer', 'customer and nulls'])('of a customer hears of that one (%s)', (id) => {
    expect(heard(id)).toBe(bobs)
  })

  it('of a status hears of that', () => {
    expect(heard('status')).toBe('b:FAILED')
  })

  it('of a status of a customer hears of both together', () => {
    expect(heard('status and customer')).toBe('a:NEW')
  })

  it('of an order hears of that', () => {
    expect(adas).toContain(heard('order'))
    expect(heard('order')).toMatch(/a:COMPLETED$/)
  })

  it('of what never happens hears nothing', () => {
    expect([heard('nobody'), heard('empty'), heard('contradiction')]).toEqual(['', '', ''])
  })

  it('of a status that does not exist is refused', async () => {
    expect(await client.subscribe('wrong', query, { status: 'LOST' })).toMatchObject({ type: 'error' })
  })
})
