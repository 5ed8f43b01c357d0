import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrdersClient } from '../client/sdk/index.ts'
import { graphql, signedGraphql, type GraphQLAnswer } from './harness/graphql.ts'
import { openShop, type Shop } from './harness/shop.ts'

describe('stock', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterAll(() => shop.stop())

  const setStock = (variables: object): Promise<GraphQLAnswer> =>
    signedGraphql(
      shop,
      'mutation ($sku: String!, $available: Int!, $expected: Int) { setStock(sku: $sku, available: $available, expected: $expected) { sku available } }',
      variables,
    )
  const available = async (sku: string): Promise<number | undefined> =>
    (await shop.client.inventory({ skus: [sku] })).items[0]?.available

  it('is answered for the skus asked for, each once, in their order, without those nobody knows', async () => {
    const { items, nextToken } = await shop.client.inventory({
      skus: ['SKU999', 'NO', '', 'A'.repeat(4_000), 'APPLE-1', 'SKU999'],
    })
    expect(items.map(({ sku }) => sku)).toEqual(['SKU999', 'APPLE-1'])
    expect(nextToken).toBeNull()
    expect((await shop.client.inventory({ skus: [] })).items).toEqual([])
  })

  it('is answered page by page, each sku once', async () => {
    const found: string[] = []
    let nextToken: string | null = null
    do {
      const page: Awaited<ReturnType<OrdersClient['inventory']>> = await shop.client.inventory({
        limit: 2,
        nextToken,
      })
      expect(page.items.length).toBeLessThanOrEqual(2)
      found.push(...page.items.map(({ sku }) => sku))
      nextToken = page.nextToken ?? null
    } while (nextToken !== null)
    expect(found.toSorted()).toEqual(['APPLE-1', 'PEAR-1', 'PLUM-1', 'SKU123', 'SKU999'])
  })

  it.each(['', 'nonsense', 'e30=', 'A'.repeat(50_000)])(
    'is not answered behind a nextToken that is damaged: %#',
    async (nextToken) => {
      await expect(shop.client.inventory({ nextToken })).rejects.toMatchObject({
        type: 'ValidationError',
        violations: [{ path: 'nextToken' }],
      })
    },
  )

  it('is not answered behind the nextToken of another list', async () => {
    const orders = [await shop.order(), await shop.order()]
    await Promise.all(orders.map(({ id }) => shop.end(id)))
    await shop.assertInvariants()
    const { nextToken } = await shop.client.orders({ limit: 1 })
    expect(nextToken).not.toBeNull()
    await expect(shop.client.inventory({ nextToken })).rejects.toMatchObject({ type: 'ValidationError' })
  })

  it.each([0, 101, -1])('takes no limit of %i', async (limit) => {
    await expect(shop.client.inventory({ limit })).rejects.toMatchObject({ violations: [{ path: 'limit' }] })
  })

  it('takes 100 skus and no more', async () => {
    const skus = Array.from({ length: 101 }, (_, index) => `S${index}`)
    expect((await shop.client.inventory({ skus: skus.slice(1) })).items).toEqual([])
    await expect(shop.client.inventory({ skus })).rejects.toMatchObject({ violations: [{ path: 'skus' }] })
  })

  it('is set by an operator, outright or over the level he saw', async () => {
    expect(await setStock({ sku: 'FIG-1', available: 7 })).toEqual({
      data: { setStock: { sku: 'FIG-1', available: 7 } },
    })
    expect(await setStock({ sku: 'FIG-1', available: 9, expected: 7 })).toMatchObject({
      data: { setStock: { available: 9 } },
    })
    expect(await setStock({ sku: 'FIG-1', available: 0, expected: null })).toMatchObject({
      data: { setStock: { available: 0 } },
    })
    expect(await available('FIG-1')).toBe(0)
  })

  it('is not set over a level that is another by now, or none', async () => {
    await setStock({ sku: 'KIWI-1', available: 5 })
    const conflict = { errorType: 'StockConflict', errorInfo: { available: 5, retryable: false } }
    const refused = await setStock({ sku: 'KIWI-1', available: 9, expected: 4 })
    expect(refused).toMatchObject({ data: { setStock: null }, errors: [conflict] })
    expect(refused.errors?.[0]?.message).toContain("The stock of 'KIWI-1' is 5, not 4")
    const unknown = await setStock({ sku: 'NONE-1', available: 9, expected: 4 })
    expect(unknown.errors).toMatchObject([{ errorType: 'StockConflict', errorInfo: { available: null } }])
    expect([await available('KIWI-1'), await available('NONE-1')]).toEqual([5, undefined])
  })

  it('goes to one of many operators that saw the same level', async () => {
    await setStock({ sku: 'LIME-1', available: 1 })
    const answers = await Promise.all(
      [11, 12, 13, 14].map((each) => setStock({ sku: 'LIME-1', available: each, expected: 1 })),
    )
    const won = answers.flatMap(
      ({ data }) => (data?.setStock as { available: number } | null)?.available ?? [],
    )
    expect(won).toEqual([await available('LIME-1')])
  })

  it.each([
    [{ sku: '', available: 1 }, ['sku']],
    [{ sku: 'a b', available: -1 }, ['sku', 'available']],
    [{ sku: 'MAX-1', available: 1_000_000_001 }, ['available']],
  ])('is not set to %j', async (variables, paths) => {
    const { errors } = await setStock(variables)
    const { violations } = errors?.[0]?.errorInfo as { violations: { path: string }[] }
    expect(violations.map(({ path }) => path)).toEqual(paths)
  })

  it('is not set by an app', async () => {
    const { data, errors } = await graphql(shop, 'mutation { setStock(sku: "SKU123", available: 1) { sku } }')
    expect(data).toEqual({ setStock: null })
    expect(errors).toMatchObject([
      { errorType: 'Unauthorized', message: 'Not Authorized to access setStock on type Mutation' },
    ])
    expect(await available('SKU123')).toBeGreaterThan(900)
  })
})
