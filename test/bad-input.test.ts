import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { graphql, post, type GraphQLAnswer } from './harness/graphql.ts'
import { retryOrder } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

const createOrder = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { id } }'
const good = { customerEmail: 'ada@example.com', items: [{ sku: 'SKU123', qty: 1 }], totalAmount: 9.99 }
const lines = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ sku: `S${index}`, qty: 1 }))
const qty = (value: unknown): object => ({ items: [{ sku: 'SKU123', qty: value }] })
const event = '{ orderId: "x", customerEmail: "x", status: PAID, version: 2, at: "2026-01-01T00:00:00Z" }'

describe('bad input', () => {
  let shop: Shop
  let before: unknown
  const tables = [
    'OrdersTable',
    'InventoryTable',
    'PaymentsTable',
    'IdempotencyTable',
    'SimulatedProviderTable',
  ]
  const rows = (): Promise<unknown> =>
    Promise.all(
      tables.map(async (table) => {
        const { Items = [] } = await shop.dynamodb.send(new ScanCommand({ TableName: shop.outputs[table] }))
        const stock = Items.map(({ sku, available }) => `${String(sku)}: ${String(available)}`)
        return table === 'InventoryTable' ? stock.toSorted() : `${table}: ${Items.length}`
      }),
    )
  beforeAll(async () => {
    shop = await openShop()
    before = await rows()
  })
  afterEach(async () => {
    expect(await rows()).toEqual(before)
    expect(await graphql(shop, '{ order(id: "x") { id } }')).toEqual({ data: { order: null } })
  })
  afterAll(() => shop.stop())

  const create = (change: object): Promise<GraphQLAnswer> =>
    graphql(shop, createOrder, { input: { ...good, ...change } })

  const text = JSON.stringify
  it.each<[string, string | Buffer, number, string]>([
    ['empty', '', 400, 'MalformedHttpRequestException'],
    ['blank', ' \n ', 400, 'MalformedHttpRequestException'],
    ['no JSON', '{', 400, 'MalformedHttpRequestException'],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xc3, 0x28]), 400, 'MalformedHttpRequestException'],
    ['null', 'null', 400, 'MalformedHttpRequestException'],
    ['a list', '[{"query":"{ __typename }"}]', 400, 'MalformedHttpRequestException'],
    ['an object without a query', '{}', 400, 'MalformedHttpRequestException'],
    ['a query that is a number', '{"query":1}', 400, 'MalformedHttpRequestException'],
    [
      'variables that are a list',
      '{"query":"{ __typename }","variables":[1]}',
      400,
      'MalformedHttpRequestException',
    ],
    [
      'two megabytes',
      text({ query: `{ a } #${'x'.repeat(2_000_000)}` }),
      413,
      'RequestEntityTooLargeException',
    ],
    ['JSON of 200,000 levels', '['.repeat(200_000), 400, 'MalformedHttpRequestException'],
    ['an empty query', text({ query: '' }), 400, 'MalformedHttpRequestException'],
  ])('as a body is answered: %s', async (_, body, status, errorType) => {
    const answered = await post(shop, body)
    expect(answered).toMatchObject({ status, answer: { errors: [{ errorType }] } })
  })

  it('as a huge order is refused by its rules', async () => {
    const { errors } = await create({ items: lines(5_000) })
    expect(errors).toMatchObject([{ errorType: 'ValidationError' }])
  })

  it.each([
    ['a query that is no GraphQL', '{ order(id: }'],
    ['a field that does not exist', '{ orders { lost } }'],
    ['an argument that does not exist', '{ orders(colour: 1) { nextToken } }'],
    ['a status that does not exist', '{ orders(status: LOST) { nextToken } }'],
    ['a limit that is text', '{ orders(limit: "1") { nextToken } }'],
    ['a limit with a fraction', '{ orders(limit: 1.5) { nextToken } }'],
    ['a missing argument', '{ order { id } }'],
    ['an object without fields', '{ order(id: "x") }'],
    ['NaN, which GraphQL does not know', 'mutation { createOrder(input: { totalAmount: NaN }) { id } }'],
  ])('as a query is answered: %s', async (_, query) => {
    const { data, errors = [] } = await graphql(shop, query)
    expect(data ?? null).toBeNull()
    expect(errors.length).toBeGreaterThan(0)
  })

  it.each([
    ['an input that is text', 'x'],
    ['an input that is a list', [1]],
    ['no input', undefined],
    ['an input of nothing', {}],
    ['a field that does not exist', { ...good, colour: 'red' }],
    ['lines that are a number', { ...good, items: 7 }],
    ['lines of nothing', { ...good, items: [null] }],
    ['a qty of 1.5', { ...good, ...qty(1.5) }],
    ['a qty of text', { ...good, ...qty('one') }],
    ['a qty of 1e10', { ...good, ...qty(1e10) }],
    ['an amount of null, as JSON writes NaN', { ...good, totalAmount: Number.NaN }],
    ['an amount of text', { ...good, totalAmount: 'NaN' }],
  ])('as a variable of the wrong type is answered: %s', async (_, input) => {
    const { data, errors = [] } = await graphql(shop, createOrder, { input })
    expect(data ?? null).toBeNull()
    expect(errors[0]?.message).toMatch(/input|Variable/)
  })

  it.each<[string, object, string[]]>([
    ['51 lines', { items: lines(51) }, ['items']],
    ['no lines', { items: [] }, ['items']],
    ['the same sku twice', { items: [...good.items, ...good.items] }, ['items[1].sku']],
    ['a qty of 0', qty(0), ['items[0].qty']],
    ['a qty of -1', qty(-1), ['items[0].qty']],
    ['a qty of 1e9', qty(1e9), ['items[0].qty']],
    ['a negative amount', { totalAmount: -1 }, ['totalAmount']],
    ['an amount of three decimals', { totalAmount: 1.001 }, ['totalAmount']],
    ['an amount of 1e308', { totalAmount: 1e308 }, ['totalAmount']],
    ['an address that is a number, which AppSync takes for text', { customerEmail: 7 }, ['customerEmail']],
    ['an address without @', { customerEmail: 'ada' }, ['customerEmail']],
    ['an address of 10,000 characters', { customerEmail: `${'a'.repeat(10_000)}@b.de` }, ['customerEmail']],
    ['a sku with a null byte', { items: [{ sku: 'A\u0000B', qty: 1 }] }, ['items[0].sku']],
    ['a sku called like what every object has', { items: [{ sku: '__proto__', qty: 1 }] }, ['items[0].sku']],
    ['half a surrogate pair as an address', { customerEmail: '\ud800' }, ['customerEmail']],
    ['a short key', { idempotencyKey: 'short' }, ['idempotencyKey']],
    ['an empty currency', { currency: '' }, ['currency']],
  ])('as an order is refused by its rules: %s', async (_, change, paths) => {
    const { data, errors = [] } = await create(change)
    expect(data).toEqual({ createOrder: null })
    expect(errors).toMatchObject([{ errorType: 'ValidationError' }])
    const { violations } = errors[0]?.errorInfo as { violations: { path: string }[] }
    expect(violations.map(({ path }) => path)).toEqual(paths)
  })

  it.each([0, 101, -1, 2_147_483_647])('as a limit is refused: %i', async (limit) => {
    for (const list of ['orders', 'inventory']) {
      const { errors } = await graphql(shop, `{ ${list}(limit: ${limit}) { nextToken } }`)
      expect(errors).toMatchObject([
        { errorType: 'ValidationError', errorInfo: { violations: [{ path: 'limit' }] } },
      ])
    }
  })

  it.each([
    ['no key', { 'x-api-key': '' }, 'Valid authorization header not provided.'],
    [
      'a foreign key',
      { 'x-api-key': 'da2-aaaaaaaaaaaaaaaaaaaaaaaaaa' },
      'You are not authorized to make this call.',
    ],
    ['a token of another mode', { 'x-api-key': '', authorization: 'Bearer x' }, 'Valid authorization header'],
  ])('as a credential is refused: %s', async (_, headers, message) => {
    const { status, answer } = await post(
      shop,
      text({ query: createOrder, variables: { input: good } }),
      headers,
    )
    expect(status).toBe(401)
    expect(answer.errors).toMatchObject([{ errorType: 'UnauthorizedException' }])
    expect(answer.errors?.[0]?.message).toContain(message)
  })

  it('as a signature is refused', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIAX/20260101/us-east-1/appsync/aws4_request, SignedHeaders=host, Signature=00'
    const { status } = await post(shop, text({ query: '{ __typename }' }), { 'x-api-key': '', authorization })
    expect([401, 403]).toContain(status)
  })

  it.each([
    ['setStock', 'setStock(sku: "SKU123", available: 0) { sku }'],
    ['publishOrderStatus', `publishOrderStatus(event: ${event}) { orderId }`],
    ['setStock', 'setStock(sku: "?", available: -1) { sku }'],
    ['retryOrder', 'retryOrder(id: "x") { id }'],
  ])('as a call of %s, which is internal, is refused to an app', async (field, call) => {
    expect(await graphql(shop, `mutation { ${call} }`)).toMatchObject({
      data: { [field]: null },
      errors: [{ errorType: 'Unauthorized', message: `Not Authorized to access ${field} on type Mutation` }],
    })
  })

  it.each(['', 'x'.repeat(4_000)])(
    'as an id that nobody can have is unknown to an operator too (%#)',
    async (id) => {
      const { errors } = await retryOrder(shop, id)
      expect(errors).toMatchObject([{ errorType: 'OrderNotFound', errorInfo: { retryable: false } }])
    },
  )

  it('as an internal call beside a public one is refused alone', async () => {
    const { data } = await graphql(
      shop,
      'mutation { setStock(sku: "SKU123", available: 0) { sku } cancelOrder(id: "x") { id } }',
    )
    expect(data).toEqual({ setStock: null, cancelOrder: null })
  })

  it.each([
    ['deep', `{ ${'a { '.repeat(5_000)}b${' }'.repeat(5_000)} }`],
    ['deeper than allowed', `{ __schema { types { ${'ofType { '.repeat(30)}name${' }'.repeat(30)} } } }`],
    [
      'of 3,000 aliases',
      `{ ${Array.from({ length: 3_000 }, (_, index) => `a${index}: order(id: "x") { id }`).join(' ')} }`,
    ],
    ['of fragments in a circle', 'query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    [
      'of fragments that double 25 times',
      `{ ...F0 } ${Array.from({ length: 25 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`).join(' ')} fragment F25 on Query { orders { nextToken } }`,
    ],
    ['of 10,000 tokens of one argument', `{ orders(limit: ${'['.repeat(10_000)}) { nextToken } }`],
  ])('as a query is answered at once: %s', async (_, query) => {
    const started = performance.now()
    const { status } = await post(shop, text({ query }))
    expect([200, 400]).toContain(status)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('as more resolvers than a request may use is refused from there on', async () => {
    const fields = Array.from({ length: 60 }, (_, index) => `a${index}: order(id: "x") { id }`)
    const { errors = [] } = await graphql(shop, `{ ${fields.join(' ')} }`)
    expect(errors).toHaveLength(10)
    expect(errors[0]).toMatchObject({ errorType: 'ResolverExecutionLimitReached' })
  })

  it.each(['PUT', 'DELETE', 'PATCH'])('as a method is refused: %s', async (method) => {
    const response = await fetch(shop.outputs.GraphqlUrl ?? '', {
      method,
      headers: { 'x-api-key': shop.outputs.ApiKey ?? '' },
    })
    expect(response.status).toBe(405)
  })

  it.each(['', 'text/plain', 'multipart/form-data'])('as a content type is refused: "%s"', async (type) => {
    const { status } = await post(shop, Buffer.from(text({ query: '{ __typename }' })), {
      'content-type': type,
    })
    expect(status).toBe(400)
  })
})
