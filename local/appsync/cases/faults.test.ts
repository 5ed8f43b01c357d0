import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { connect } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema: `
      type Thing { id: ID }
      type Query { a: Int }
      type Mutation { change: Thing }
      type Subscription { onChange: Thing @aws_subscribe(mutations: ["change"]) }
    `,
    resolvers: { 'Query.a': answering('1'), 'Mutation.change': answering('({ id: 1 })') },
  })
})
afterEach(() => server.appsync.faults.clear())
afterAll(() => server.close())

const resolved = (): string[] =>
  server.context.activities.map(({ what }) => what).filter((what) => what.includes('.'))

test.each([
  ['throttled', 429, 'LimitExceededError'],
  ['internal', 500, 'InternalFailure'],
  ['unavailable', 503, 'ServiceUnavailableException'],
] as const)(
  'a request that is %s is answered %i, its type in body and header',
  async (kind, status, type) => {
    server.appsync.faults.inject({ kind, times: 1 })
    server.context.activities.length = 0
    server.context.metrics.length = 0
    const refused = await server.ask('{ a }')
    expect(refused).toMatchObject({ status, body: { errors: [{ errorType: type }] } })
    expect(refused.body).not.toHaveProperty('data')
    expect(refused.headers.get('x-amzn-errortype')).toBe(type)
    expect(refused.headers.get('access-control-expose-headers')).toContain('x-amzn-ErrorType')
    expect(refused.headers.get('x-amzn-appsync-tokensconsumed')).toBeNull()
    expect(resolved()).toEqual([])
    const counted = Object.fromEntries(server.context.metrics.map(({ name, value }) => [name, value]))
    expect(counted).toMatchObject({ '4XXError': status === 429 ? 1 : 0, '5XXError': status === 429 ? 0 : 1 })
    expect((await server.ask('{ a }')).body).toEqual({ data: { a: 1 } })
  },
)

test('an answer can be lost after the mutation ran and was pushed', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id } }')
  server.appsync.faults.inject({ kind: 'internal', after: true, times: 1 })
  expect((await server.ask('mutation { change { id } }')).status).toBe(500)
  expect((await client.next()).payload?.data).toEqual({ onChange: { id: '1' } })
  client.socket.close()
})

test('a fault meets as often as it says, or until it is taken away', async () => {
  const statuses = async (): Promise<number[]> =>
    [await server.ask('{ a }'), await server.ask('{ a }'), await server.ask('{ a }')].map(
      ({ status }) => status,
    )
  server.appsync.faults.inject({ kind: 'throttled', times: 2 })
  expect(await statuses()).toEqual([429, 429, 200])
  const end = server.appsync.faults.inject({ kind: 'throttled' })
  expect(await statuses()).toEqual([429, 429, 429])
  end()
  expect(await statuses()).toEqual([200, 200, 200])
})

test('a preflight is not counted as a request', async () => {
  server.appsync.faults.inject({ kind: 'throttled', times: 1 })
  expect((await server.fetch({ method: 'OPTIONS' })).status).toBe(200)
  expect((await server.ask('{ a }')).status).toBe(429)
})

test('a throttled start is told in an error frame that names no subscription', async () => {
  const client = await connect(server)
  server.appsync.faults.inject({ kind: 'throttled', times: 1 })
  client.send({
    ...{ id: 'a', type: 'start' },
    payload: {
      data: JSON.stringify({ query: 'subscription { onChange { id } }' }),
      extensions: { authorization: { host: 'localhost', 'x-api-key': server.key } },
    },
  })
  expect(await client.next()).toMatchObject({
    type: 'error',
    payload: { errors: [{ errorType: 'LimitExceededError' }] },
  })
  expect((await client.subscribe('a', 'subscription { onChange { id } }')).type).toBe('start_ack')
  client.socket.close()
})
