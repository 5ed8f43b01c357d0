import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './harness/shop.ts'

const lowSurrogate = '\udc00'

describe('text of any kind', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterAll(() => shop.assertInvariants().finally(() => shop.stop()))

  const listed = async (customerEmail: string): Promise<string[]> => {
    const found: string[] = []
    let nextToken: string | null = null
    do {
      const page: Awaited<ReturnType<Shop['client']['orders']>> = await shop.client.orders({
        customerEmail,
        limit: 1,
        nextToken,
      })
      found.push(...page.items.map(({ id }) => id))
      nextToken = page.nextToken ?? null
    } while (nextToken !== null)
    return found
  }

  it.each([
    ['of Chinese letters, as long as may be', `${'漢'.repeat(243)}@example.de`],
    ['of emoji', `${'👩‍💻'.repeat(20)}@exämple.com`],
    ['of letters that grow when they are small', `${'İ'.repeat(100)}@example.de`],
    ['with quotes and signs', `"'\\|{}<>%00;--@example.com`],
    ['with combining marks', 'é̂̃@example.com'],
    ['called like what every object has', '__proto__@constructor.prototype'],
  ])('as an address finds the orders of its customer: %s', async (_, customerEmail) => {
    const [first, second] = [await shop.order({ customerEmail }), await shop.order({ customerEmail })]
    expect(first.customerEmail).toBe(customerEmail.toLowerCase())
    const newestFirst = [first.id, second.id].toSorted().reverse()
    expect(await listed(customerEmail)).toEqual(newestFirst)
    expect(await listed(first.customerEmail)).toEqual(newestFirst)
    await Promise.all([first, second].map(({ id }) => shop.end(id)))
  })

  it.each([
    ['a blank that does not break', 'ada\u00a0l@example.com'],
    ['a blank of Chinese width', 'ada\u3000l@example.com'],
    ['a control character', 'ada\u0085@example.com'],
    ['a line separator', 'ada\u2028@example.com'],
    ['half a letter', `ada${lowSurrogate}@example.com`],
    ['letters that grow too long when they are small', `${'İ'.repeat(200)}@example.de`],
  ])('as an address is refused: %s', async (_, customerEmail) => {
    await expect(
      shop.client.createOrder({
        customerEmail,
        items: [{ sku: 'SKU123', qty: 1 }],
        totalAmount: 1,
      }),
    ).rejects.toMatchObject({ type: 'ValidationError', violations: [{ path: 'customerEmail' }] })
  })

  it.each(['\u0000\u0001\u001f\u007f', '👩‍💻 ﷽ \u202e', '"\\\n\t{}$', ''])(
    'as the reason of a cancel is kept as it is: %#',
    async (reason) => {
      const { id } = await shop.order({ paymentMethod: 'pm_slow' })
      const asked = await shop.client.cancelOrder(id, reason)
      expect(asked.cancelReason).toBe(reason)
      await shop.end(id)
      expect(await shop.client.order(id)).toMatchObject({ cancelReason: reason })
    },
  )

  it.each(['👩‍💻'.repeat(10), '\u0000'.repeat(16), '"\\\n\t{}$ 漢'.repeat(3), '__proto__'.repeat(2)])(
    'as an idempotencyKey and a payment method is one order: %#',
    async (idempotencyKey) => {
      const request = { idempotencyKey, paymentMethod: idempotencyKey }
      const [first, second] = [await shop.order(request), await shop.order(request)]
      expect(second.id).toBe(first.id)
      await shop.end(first.id)
    },
  )

  it.each(['paymentMethod', 'idempotencyKey'])('that is half a letter is no %s', async (field) => {
    const half = { [field]: `${'x'.repeat(20)}\ud83d` }
    await expect(shop.order(half)).rejects.toMatchObject({ violations: [{ path: field }] })
  })

  it('as an id is nobody’s, whatever it is', async () => {
    for (const id of ['👩‍💻', '\u0000', 'half\ud83d', '漢'.repeat(26)]) {
      expect(await shop.client.order(id)).toBeNull()
      await expect(shop.client.cancelOrder(id)).rejects.toMatchObject({ type: 'OrderNotFound' })
    }
  })

  it('half a letter is refused as a reason and as a filter', async () => {
    const half = 'x\ud83d'
    await expect(shop.client.orders({ customerEmail: half })).rejects.toMatchObject({
      violations: [{ path: 'customerEmail' }],
    })
    await expect(shop.client.cancelOrder('01ARZ3NDEKTSV4RRFFQ69G5FAV', half)).rejects.toMatchObject({
      violations: [{ path: 'reason' }],
    })
  })

  it('that is a nextToken with any one letter changed is refused, unless it is one of the same list', async () => {
    const customerEmail = 'tampered@example.com'
    for (const { id } of [await shop.order({ customerEmail }), await shop.order({ customerEmail })])
      await shop.end(id)
    for (const filter of [{}, { customerEmail }, { status: 'COMPLETED' as const }]) {
      const token = (await shop.client.orders({ ...filter, limit: 1 })).nextToken ?? ''
      const plain = Buffer.from(token, 'base64').toString()
      const isOne = (text: string): boolean => {
        const decoded = Buffer.from(text, 'base64').toString()
        const [place = ''] = /[0-9A-HJKMNP-TV-Z]{26}$/.exec(decoded) ?? []
        return decoded === plain.slice(0, -26) + place && Buffer.from(decoded).toString('base64') === text
      }
      const changed = Array.from(token).flatMap((letter, place) =>
        [String.fromCharCode(letter.charCodeAt(0) ^ 1), '', '=', `${letter}A`].map(
          (other) => token.slice(0, place) + other + token.slice(place + 1),
        ),
      )
      const answers = await Promise.allSettled(
        changed.map((nextToken) => shop.client.orders({ ...filter, nextToken })),
      )
      const taken = changed.filter((_, index) => answers[index]?.status === 'fulfilled')
      expect(taken).toEqual(changed.filter(isOne))
      expect(taken.length).toBeLessThan(changed.length / 4)
    }
  })
})
