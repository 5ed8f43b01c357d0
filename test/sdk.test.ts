import { webcrypto } from 'node:crypto'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createOrdersClient, type Order, type OrdersClient, type StatusChange } from '../client/sdk/index.ts'
import { until } from './harness/recovery.ts'
import { startScriptedApi, type Answer, type ScriptedApi } from './harness/scripted-api.ts'

const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
const at = '2026-01-01T00:00:00.000Z'
const input = { customerEmail: 'ada@example.com', items: [{ sku: 'SKU123', qty: 1 }], totalAmount: 1 }

type Statuses = Order['status'][]
const whole: Statuses = ['NEW', 'PAID', 'RESERVED', 'COMPLETED']

/** An order that went this way, as far as the client looks at it. */
function order(statuses: Statuses, failure: Order['failure'] = null): object {
  const status = statuses.at(-1) ?? 'NEW'
  const nextStatuses = ['COMPLETED', 'FAILED'].includes(status) ? [] : ['COMPENSATING']
  const timeline = statuses.map((each) => ({ status: each, at }))
  return { id, status, nextStatuses, version: statuses.length, timeline, failure }
}

/** Has timers wait to be moved on; answers what takes a moment: long enough for an answer to come and be told. */
function stopTheClock(): () => Promise<void> {
  const realTimeout = setTimeout
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  return () => new Promise((resolve) => realTimeout(resolve, 50))
}

describe('the client', () => {
  let api: ScriptedApi | undefined
  afterEach(() => api?.stop())

  async function open(
    answer: (number: number) => Answer,
    timeout?: number,
  ): Promise<{ api: ScriptedApi; client: OrdersClient }> {
    const started = await startScriptedApi((_request, number) => answer(number), timeout)
    api = started
    return { api: started, client: createOrdersClient({ endpoint: started.endpoint, apiKey: 'da2-x' }) }
  }
  const made = { data: { createOrder: order(['NEW']) } }

  it.each<[string, Answer]>([
    ['an answer that was lost', 'cut'],
    ['an answer that was lost in the midst of it', 'cut in two'],
    ['an overload', 429],
    ['trouble of the service', 503],
    [
      'an error that may be repeated',
      { errors: [{ errorType: 'X', message: 'x', errorInfo: { retryable: true } }] },
    ],
  ])('asks again after %s, with the key of its own that makes it one order', async (_, trouble) => {
    const { api, client } = await open((number) => (number < 3 ? trouble : made))
    expect(await client.createOrder(input)).toMatchObject({ id })
    const keys = api.requests.map(
      ({ variables }) => (variables.input as { idempotencyKey?: string }).idempotencyKey,
    )
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  })

  it('makes another order of the same content the next time', async () => {
    const { api, client } = await open(() => made)
    await client.createOrder(input)
    await client.createOrder(input)
    const keys = api.requests.map(
      ({ variables }) => (variables.input as { idempotencyKey: string }).idempotencyKey,
    )
    expect(new Set(keys).size).toBe(2)
  })

  it.each<[string, Answer]>([
    [
      'its own mistake',
      { errors: [{ errorType: 'ValidationError', message: 'x', errorInfo: { violations: [] } }] },
    ],
    ['an error that may not be repeated', { errors: [{ message: 'x', errorInfo: { retryable: false } }] }],
    ['a refusal', 401],
  ])('asks no second time after %s', async (_, trouble) => {
    const { api, client } = await open(() => trouble)
    await expect(client.createOrder(input)).rejects.toMatchObject({ retryable: false })
    expect(api.requests).toHaveLength(1)
  })

  it('asks again when nothing was answered for longer than AppSync takes at most', async () => {
    const moment = stopTheClock()
    const { api, client } = await open((number) => (number === 1 ? 'silence' : made))
    const asked = client.createOrder(input)
    while (api.requests.length === 0) await moment()
    for (const milliseconds of [30_000, 1_000]) {
      vi.advanceTimersByTime(milliseconds)
      await moment()
      expect(api.requests).toHaveLength(1)
    }
    while (api.requests.length === 1) {
      vi.advanceTimersByTime(1_000)
      await moment()
    }
    expect(await asked).toMatchObject({ id })
  })

  it('names the address that answered something else than GraphQL', async () => {
    const { api, client } = await open(() => 'page')
    await expect(client.order(id)).rejects.toMatchObject({
      type: 'HttpError',
      message: `${api.endpoint} answered HTTP 200 and nothing of GraphQL`,
    })
  })

  it('gives up after four attempts', async () => {
    const { api, client } = await open(() => 503)
    const mine = { ...input, idempotencyKey: 'checkout-of-ada-1' }
    await expect(client.createOrder(mine)).rejects.toMatchObject({ retryable: true })
    expect(api.requests).toHaveLength(4)
  })

  it('calls no createOrder retryable whose key nobody has: asked again it would be another order', async () => {
    const { client } = await open(() => 'cut')
    await expect(client.createOrder(input)).rejects.toMatchObject({
      type: 'NetworkError',
      message: expect.stringMatching(/^No answer from .* an idempotencyKey of yours/) as string,
      retryable: false,
    })
  })

  it('works in a page of plain http, where browsers have no crypto.randomUUID', async () => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => webcrypto.getRandomValues(bytes) })
    onTestFinished(() => void vi.unstubAllGlobals())
    const { client } = await open((number) => (number === 1 ? made : { data: { order: order(whole) } }))
    expect(await client.createOrder(input)).toMatchObject({ id })
    const seen: number[] = []
    for await (const { version } of client.watchOrder(id)) seen.push(version)
    expect(seen).toEqual([1, 2, 3, 4])
  })

  it.each(['/graphql', '', undefined as unknown as string, 'localhost:4000/graphql'])(
    'is not made for the endpoint %s, which is no whole URL',
    (endpoint) => {
      expect(() => createOrdersClient({ endpoint, apiKey: 'da2-x' })).toThrow(
        `The endpoint '${endpoint}' is no whole URL: give the stack's output GraphqlUrl`,
      )
    },
  )

  // Shorter than the silence after which it reads again anyhow.
  describe('watching an order', { timeout: 10_000 }, () => {
    /** Follows the order and notes what is told. */
    function follow(
      client: OrdersClient,
      signal?: AbortSignal,
    ): { seen: StatusChange[]; end: Promise<void> } {
      const seen: StatusChange[] = []
      const end = (async () => {
        for await (const change of client.watchOrder(id, signal && { signal })) seen.push(change)
      })()
      return { seen, end }
    }
    const statuses = (seen: StatusChange[]): Statuses => seen.map(({ status }) => status)
    const event = (version: number): object => {
      const status = whole[version - 1]
      const previousStatus = whole[version - 2] ?? null
      const data = { orderId: id, customerEmail: 'ada@example.com', status, previousStatus, version, at }
      return { onOrderStatusChanged: { ...data, failure: null } }
    }

    it('reads it again after 20 s of silence, then after twice as long each time, at most 2 minutes', async () => {
      const moment = stopTheClock()
      const neverCut = 3_600_000
      const { api, client } = await open(
        (number) => ({ data: { order: order(number < 6 ? ['NEW'] : whole) } }),
        neverCut,
      )
      const { seen, end } = follow(client)
      while (seen.length === 0) await moment()
      for (const [reads, silent] of [20_000, 40_000, 80_000, 120_000, 120_000].entries()) {
        vi.advanceTimersByTime(silent - 1)
        await moment()
        expect(api.requests).toHaveLength(reads + 1)
        vi.advanceTimersByTime(1)
        while (api.requests.length === reads + 1) await moment()
        await moment()
      }
      await end
      expect(statuses(seen)).toEqual(whole)
      expect(api.requests).toHaveLength(6)
    })

    it('reads it again when a version was skipped, and drops what it has seen', async () => {
      const { api, client } = await open((number) => ({
        data: { order: order(number === 1 ? ['NEW'] : whole) },
      }))
      const { seen, end } = follow(client)
      const started = await api.started()
      await until(() => Promise.resolve(seen.length === 1))
      api.send({ type: 'data', id: started, payload: { data: event(1) } })
      api.send({ type: 'data', id: started, payload: { data: event(4) } })
      await end
      expect(statuses(seen)).toEqual(whole)
      expect(api.requests).toHaveLength(2)
    })

    it('reads it again when an event came without its fields', async () => {
      const { api, client } = await open((number) => ({
        data: { order: order(number === 1 ? ['NEW'] : whole) },
      }))
      const { seen, end } = follow(client)
      const started = await api.started()
      await until(() => Promise.resolve(seen.length === 1))
      api.send({ type: 'data', id: started, payload: { data: { onOrderStatusChanged: null } } })
      await end
      expect(statuses(seen)).toEqual(whole)
    })

    it('goes on asking when it cannot be read', async () => {
      const { api, client } = await open((number) => (number <= 5 ? 503 : { data: { order: order(whole) } }))
      const { seen, end } = follow(client)
      await end
      expect(statuses(seen)).toEqual(whole)
      expect(api.requests).toHaveLength(6)
    })

    it('tells the failure from where the undo began, and not before', async () => {
      const failure = { code: 'OutOfStock', message: 'x' }
      const { client } = await open(() => ({
        data: { order: order(['NEW', 'PAID', 'COMPENSATING', 'FAILED'], failure) },
      }))
      const { seen, end } = follow(client)
      await end
      expect(seen.map((change) => change.failure?.code ?? null)).toEqual([
        null,
        null,
        'OutOfStock',
        'OutOfStock',
      ])
    })

    it('subscribes anew when its subscription is ended from the other side', async () => {
      const { api, client } = await open((number) => ({
        data: { order: order(number === 1 ? ['NEW'] : whole) },
      }))
      const { seen, end } = follow(client)
      const started = await api.started()
      await until(() => Promise.resolve(seen.length === 1))
      api.send({ type: 'complete', id: started })
      expect(await api.started(2)).toBe(started)
      await end
      expect(statuses(seen)).toEqual(whole)
    })

    it('goes on with the subscription that it has when the service says that it has it already', async () => {
      const { api, client } = await open((number) => ({
        data: { order: order(number === 1 ? ['NEW'] : whole) },
      }))
      const { seen, end } = follow(client)
      const id = await api.started()
      await until(() => Promise.resolve(seen.length === 1))
      const errors = [
        { errorType: 'DuplicatedOperationError', message: `Duplicated operation with id ${id}` },
      ]
      api.send({ type: 'error', id, payload: { errors } })
      api.send({ type: 'data', id, payload: { data: event(2) } })
      api.send({ type: 'data', id, payload: { data: event(3) } })
      api.send({ type: 'data', id, payload: { data: event(4) } })
      await end
      expect(statuses(seen)).toEqual(whole)
      expect(api.frames.filter(({ type }) => type === 'start')).toHaveLength(1)
    })

    /** Counts the sockets that the client asks its platform for, whether they reach the service or not. */
    function countSockets(): { asked: number } {
      const count = { asked: 0 }
      class Counted extends WebSocket {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args)
          count.asked += 1
        }
      }
      vi.stubGlobal('WebSocket', Counted)
      onTestFinished(() => void vi.unstubAllGlobals())
      return count
    }

    it('opens nothing when it was ended before it began', async () => {
      const { client } = await open(() => ({ data: { order: order(['NEW']) } }))
      const sockets = countSockets()
      await follow(client, AbortSignal.abort()).end
      expect(sockets.asked).toBe(0)
    })

    it('lets a connection be made before it closes it, for browsers warn of one that was cut off', async () => {
      const { api, client } = await open(() => ({ data: { order: order(['NEW']) } }))
      const stop = new AbortController()
      const { seen, end } = follow(client, stop.signal)
      stop.abort()
      await end
      await until(() => Promise.resolve(api.connections === 1 && api.open === 0))
      expect(seen).toEqual([])
      expect(api.requests).toEqual([])
    })

    it('goes on with the connection that a watch just ended was making', async () => {
      const { api, client } = await open(() => ({ data: { order: order(whole) } }))
      const sockets = countSockets()
      const stop = new AbortController()
      const first = follow(client, stop.signal)
      stop.abort()
      await first.end
      const { seen, end } = follow(client)
      await end
      expect(statuses(seen)).toEqual(whole)
      expect(sockets.asked).toBe(1)
      await until(() => Promise.resolve(api.open === 0))
    })

    it('connects anew when the service says nothing for longer than it said it would', async () => {
      const { api, client } = await open(
        (number) => ({ data: { order: order(number === 1 ? ['NEW'] : whole) } }),
        400,
      )
      const { seen, end } = follow(client)
      await api.started()
      for (let times = 0; times < 5; times += 1) {
        await new Promise((resolve) => setTimeout(resolve, 150))
        api.send({ type: 'ka' })
      }
      expect(api.connections).toBe(1)
      await end
      expect(api.connections).toBe(2)
      expect(statuses(seen)).toEqual(whole)
    })
  })
})
