import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Order, OrdersClient } from '../client/sdk/index.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import { openShop, type Shop } from './harness/shop.ts'

type Filter = NonNullable<Parameters<OrdersClient['orders']>[0]>

const idsOf = (orders: readonly { id: string }[]): string[] => orders.map(({ id }) => id)
const newestFirst = (ids: readonly string[]): string[] => ids.toSorted().reverse()
const encoded = (text: string): string => Buffer.from(text).toString('base64')

describe('lists of orders', () => {
  let shop: Shop
  let orders: Order[]
  const ids = (who: string): string[] =>
    newestFirst(orders.filter(({ customerEmail }) => customerEmail.startsWith(who)).map(({ id }) => id))
  const make = async (customerEmail: string, paymentMethod: string): Promise<Order> => {
    const order = await shop.order({ customerEmail, paymentMethod })
    await shop.end(order.id)
    return order
  }
  const all = async (
    filter: Filter,
    onPage: (page: Order[]) => unknown = () => undefined,
  ): Promise<string[]> => {
    const found: string[] = []
    let nextToken: string | null = null
    do {
      const page: Awaited<ReturnType<OrdersClient['orders']>> = await shop.client.orders({
        ...filter,
        nextToken,
      })
      found.push(...idsOf(page.items))
      await onPage(page.items)
      nextToken = page.nextToken ?? null
    } while (nextToken !== null)
    return found
  }
  const tokenOf = async (filter: Filter = {}): Promise<string> =>
    (await shop.client.orders({ limit: 1, ...filter })).nextToken ?? ''

  beforeAll(async () => {
    shop = await openShop()
    const ways = ['pm_approved', 'pm_declined', 'pm_approved', 'pm_declined', 'pm_approved', 'pm_declined']
    orders = await Promise.all(
      ways.map((way, index) => make(index < 3 ? 'ada@example.com' : 'Bob@Example.com', way)),
    )
  })
  afterAll(async () => {
    await shop.assertInvariants().finally(() => shop.stop())
  })

  it('are newest first, of all', async () => {
    expect(await all({ limit: 4 })).toEqual(newestFirst(idsOf(orders)))
  })

  it('are of a customer, however the address is written', async () => {
    expect(await all({ customerEmail: 'BOB@example.com', limit: 2 })).toEqual(ids('bob'))
    expect(await all({ customerEmail: 'nobody@example.com' })).toEqual([])
  })

  it('are of a status', async () => {
    const failed = await all({ status: 'FAILED', limit: 2 })
    expect(failed).toEqual(newestFirst(idsOf(orders.filter((_, index) => index % 2 === 1))))
    expect(await all({ status: 'NEEDS_ATTENTION' })).toEqual([])
  })

  it('are of a customer and a status: pages may be short, only a null nextToken ends them', async () => {
    const sizes: number[] = []
    const found = await all({ customerEmail: 'bob@example.com', status: 'FAILED', limit: 1 }, (page) =>
      sizes.push(page.length),
    )
    expect(found).toEqual(newestFirst([orders[3]?.id ?? '', orders[5]?.id ?? '']))
    expect(sizes).toContain(0)
  })

  it('take a null argument for an absent one', async () => {
    const nothing = { status: null, customerEmail: null, limit: null, nextToken: null }
    expect(await all(nothing)).toEqual(newestFirst(idsOf(orders)))
  })

  it('keep their place while orders are made and change', async () => {
    const before = newestFirst(idsOf(orders))
    let page = 0
    const found = await all({ limit: 2 }, async () => {
      if ((page += 1) === 1) orders.push(await make('eve@example.com', 'pm_approved'))
    })
    expect(found).toEqual(before)
    expect((await all({}))[0]).toBe(orders.at(-1)?.id)
  })

  it('of a status show an order no more once it has another, and skip none', async () => {
    await pausePayments(shop)
    const fresh = await Promise.all([1, 2, 3].map(() => shop.order({ customerEmail: 'new@example.com' })))
    orders.push(...fresh)
    const first = await shop.client.orders({ status: 'NEW', limit: 2 })
    expect(idsOf(first.items)).toEqual(newestFirst(idsOf(fresh)).slice(0, 2))
    await resumePayments(shop)
    await Promise.all(fresh.map(({ id }) => shop.end(id)))
    expect(await shop.client.orders({ status: 'NEW', nextToken: first.nextToken ?? null })).toMatchObject({
      items: [],
    })
    expect(await all({ status: 'NEW' })).toEqual([])
  })

  it('have twenty orders a page when no limit is given, and no further page behind the last', async () => {
    const customerEmail = 'many@example.com'
    const many = await Promise.all(Array.from({ length: 21 }, () => shop.order({ customerEmail })))
    orders.push(...many)
    const newest = newestFirst(idsOf(many))
    const first = await shop.client.orders({ customerEmail })
    expect(idsOf(first.items)).toEqual(newest.slice(0, 20))
    const last = await shop.client.orders({ customerEmail, nextToken: first.nextToken ?? null })
    expect([idsOf(last.items), last.nextToken]).toEqual([newest.slice(20), null])
  })

  const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
  it.each([
    ['an empty one', ''],
    ['no base64', '%%%'],
    ['base64 of nonsense', encoded('nonsense')],
    ['one for another list', encoded(`stock|||${id}`)],
    ['one for another customer', encoded(`orders||eve@example.com|${id}`)],
    ['one with a broken id', encoded('orders|||01ARZ3')],
    ['one with more behind it', encoded(`orders|||${id}`) + 'AAAA'],
    ['one with bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]).toString('base64')],
    ['a huge one', 'A'.repeat(100_000)],
  ])('refuse a nextToken that is damaged: %s', async (_, nextToken) => {
    await expect(shop.client.orders({ nextToken })).rejects.toMatchObject({
      type: 'ValidationError',
      violations: [{ path: 'nextToken' }],
    })
  })

  it('refuse the nextToken of a list with another filter, and one that was changed by a letter', async () => {
    const plain = await tokenOf()
    const ofBob = await tokenOf({ customerEmail: 'bob@example.com' })
    const changed = `${plain.slice(0, 4)}${plain[4] === 'A' ? 'B' : 'A'}${plain.slice(5)}`
    const wrong: Filter[] = [
      { nextToken: ofBob },
      { nextToken: plain, status: 'FAILED' },
      { nextToken: ofBob, customerEmail: 'bob@example.com', status: 'FAILED' },
      { nextToken: changed },
    ]
    for (const filter of wrong)
      await expect(shop.client.orders(filter)).rejects.toMatchObject({ type: 'ValidationError' })
  })

  it('of nobody are refused', async () => {
    await expect(shop.client.orders({ customerEmail: '' })).rejects.toMatchObject({
      violations: [{ path: 'customerEmail' }],
    })
  })

  it('are refused with every broken rule at once', async () => {
    const error = shop.client.orders({ limit: 101, nextToken: 'x', customerEmail: `${'a'.repeat(260)}@b.c` })
    await expect(error).rejects.toMatchObject({
      violations: [{ path: 'limit' }, { path: 'nextToken' }, { path: 'customerEmail' }],
    })
  })

  describe('idempotencyKey, two clients at the same moment', () => {
    const request = { customerEmail: 'ida@example.com', items: [{ sku: 'PEAR-1', qty: 1 }], totalAmount: 5 }
    const twice = (idempotencyKey: string, amounts: number[]): Promise<PromiseSettledResult<Order>[]> =>
      Promise.allSettled(
        amounts.map((totalAmount) => shop.order({ ...request, idempotencyKey, totalAmount })),
      )

    it.each([1, 2, 3])('with the same content make one order (%i)', async (round) => {
      const before = (await all({ customerEmail: request.customerEmail })).length
      const answers = await twice(`the-same-content-${round}`, [5, 5])
      const made = answers.map((answer) =>
        answer.status === 'fulfilled' ? answer.value.id : (answer.reason as unknown),
      )
      expect(made[0]).toBe(made[1])
      await shop.end(String(made[0]))
      expect(await all({ customerEmail: request.customerEmail })).toHaveLength(before + 1)
    })

    it.each([1, 2, 3])(
      'with other content make one order and one conflict that names it (%i)',
      async (round) => {
        const answers = await twice(`not-the-same-content-${round}`, [5, 6])
        const [made] = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : []))
        const refused = answers.flatMap((answer) =>
          answer.status === 'rejected' ? [answer.reason as unknown] : [],
        )
        expect(refused).toMatchObject([
          { type: 'IdempotencyConflict', info: { orderId: made, retryable: false } },
        ])
        await shop.end(made ?? '')
      },
    )
  })
})
