import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect, openSocket } from '../local/appsync/testing/realtime.ts'
import { graphql, signedGraphql } from './harness/graphql.ts'
import { openShop, type Shop } from './harness/shop.ts'

const query = 'subscription { onOrderStatusChanged { orderId customerEmail status version at } }'

describe('a socket', () => {
  let shop: Shop
  let door: { port: number; key: string }
  beforeAll(async () => {
    shop = await openShop()
    door = { port: Number(new URL(shop.outputs.GraphqlUrl ?? '').port), key: shop.outputs.ApiKey ?? '' }
  })
  afterEach(async () => {
    const order = await shop.order()
    expect((await shop.end(order.id)).at(-1)?.status).toBe('COMPLETED')
  })
  afterAll(async () => {
    await shop.assertInvariants().finally(() => shop.stop())
  })

  it('that speaks nonsense is told so, and may still subscribe', async () => {
    const client = await openSocket(door)
    for (const nonsense of ['', 'hello', '{}', '[[[[', '{"type":null}', '\u0000']) client.send(nonsense)
    client.socket.send(Buffer.from([0, 255, 1, 254]))
    client.send({ type: 'start', id: 'too early', payload: { data: '{}' } })
    client.send({ type: 'connection_init' })
    expect(await client.next()).toMatchObject({ type: 'connection_ack' })
    for (const nonsense of [
      'hello',
      '{"type":"start"}',
      '{"type":"start","id":{},"payload":[]}',
      {
        type: 'start',
        id: 'x',
        payload: { data: 'no JSON', extensions: { authorization: { 'x-api-key': door.key } } },
      },
      { type: 'start', id: 'y', payload: { data: '{"query":"subscription { lost }"}', extensions: {} } },
      { type: '__proto__', id: 'constructor' },
    ]) {
      client.send(nonsense)
      expect(await client.next()).toMatchObject({ type: 'error' })
    }
    expect(await client.subscribe('fine', query)).toEqual({ type: 'start_ack', id: 'fine' })
    client.socket.close()
  })

  it('that sends the same frame again and again is answered each time', async () => {
    const client = await connect(door)
    for (let time = 0; time < 5_000; time += 1) client.send('nonsense')
    expect(await client.subscribe('fine', query)).toEqual({ type: 'start_ack', id: 'fine' })
    client.socket.terminate()
  })

  it('with a foreign key, or none, is refused and hears nothing', async () => {
    for (const headers of [{ host: 'localhost', 'x-api-key': 'da2-foreign' }, { host: 'localhost' }]) {
      const client = await openSocket(door, { headers: headers as Record<string, string> })
      client.send({ type: 'connection_init' })
      expect(await client.next()).toMatchObject({ type: 'connection_error' })
      await client.closed
    }
    const client = await connect(door)
    const refused = await client.subscribe(
      'other',
      query,
      {},
      { host: 'localhost', 'x-api-key': 'da2-foreign' },
    )
    expect(refused).toMatchObject({
      type: 'error',
      payload: { errors: [{ errorType: 'UnauthorizedException' }] },
    })
    client.socket.close()
  })

  it('that opens and says nothing keeps nobody waiting', async () => {
    const silent = await Promise.all(Array.from({ length: 50 }, () => openSocket(door)))
    const halfOpen = Array.from({ length: 50 }, () =>
      connectTcp(door.port, '127.0.0.1').on('error', () => undefined),
    )
    for (const socket of halfOpen) socket.write('POST /graphql HTTP/1.1\r\nhost: loc')
    const order = await shop.order()
    await shop.end(order.id)
    expect(silent.flatMap(({ waiting }) => waiting)).toEqual([])
    for (const { socket } of silent) socket.terminate()
    for (const socket of halfOpen) socket.destroy()
  })

  it('that subscribes 300 times has 200 subscriptions, each of which hears', async () => {
    const client = await connect(door)
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, index) => client.subscribe(`s${index}`, query)),
    )
    expect(answers.filter(({ type }) => type === 'start_ack')).toHaveLength(200)
    expect(answers.filter(({ type }) => type === 'error')).toHaveLength(100)
    expect(answers.at(-1)?.payload?.errors?.[0]?.errorType).toBe('MaxSubscriptionsReachedError')
    const order = await shop.order()
    await shop.end(order.id)
    for (let index = 0; index < 200; index += 1) await client.next({ type: 'data', id: `s${index}` })
    client.socket.close()
  })

  it('that never reads is cut off, and others hear on', async () => {
    const deaf = await connect(door)
    for (let index = 0; index < 200; index += 1) await deaf.subscribe(`s${index}`, query)
    const good = await connect(door)
    await good.subscribe('good', query)
    deaf.socket.pause()
    const cutOff = (): boolean => shop.activities.some(({ what }) => what === 'cut off')
    const publish = `mutation ($event: OrderStatusEventInput!) {
      publishOrderStatus(event: $event) { orderId customerEmail status version at }
    }`
    const customerEmail = `${'x'.repeat(200_000)}@example.com`
    let version = 0
    while (version < 20 && !cutOff()) {
      const event = {
        orderId: 'x',
        customerEmail,
        status: 'PAID',
        version: (version += 1),
        at: '2026-01-01T00:00:00Z',
      }
      expect(await signedGraphql(shop, publish, { event })).not.toHaveProperty('errors')
    }
    expect(cutOff()).toBe(true)
    for (let heard = 0; heard < version; heard += 1) await good.next({ type: 'data', id: 'good' })
    deaf.socket.terminate()
    good.socket.close()
  })

  it('that goes away in the middle of all this harms nobody', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(door)))
    const order = await shop.order()
    for (const client of clients) {
      client.send({ type: 'start', id: 'a', payload: { data: JSON.stringify({ query }) } })
      client.socket.terminate()
    }
    await shop.end(order.id)
    expect(await graphql(shop, '{ order(id: "x") { id } }')).toEqual({ data: { order: null } })
  })
})

describe('a web page of another site', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterAll(() => shop.stop())

  const send = async (
    url: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<[number, string]> => {
    const [response] = (await once(request(url, { method: 'POST', headers }).end(body), 'response')) as [
      IncomingMessage,
    ]
    return [response.statusCode ?? 0, (await response.toArray()).join('')]
  }
  const foreign: [number, Record<string, string>][] = [
    [421, { host: 'evil.example' }],
    [421, { host: '127.0.0.1.evil.example' }],
    [421, { host: 'localhost.evil.example:80' }],
    [403, { origin: 'https://evil.example' }],
    [403, { origin: 'null' }],
    [403, { origin: 'http://localhost.evil.example' }],
  ]

  it.each(foreign)('gets %i and nothing else from AppSync, by %j', async (status, headers) => {
    const body = JSON.stringify({ query: '{ orders { nextToken } }' })
    const known = { 'x-api-key': shop.outputs.ApiKey ?? '', 'content-type': 'application/json' }
    expect(await send(shop.outputs.GraphqlUrl ?? '', { ...known, ...headers }, body)).toEqual([status, ''])
  })

  it.each(foreign)('gets %i and nothing else from the other services, by %j', async (status, headers) => {
    const known = {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'content-type': 'application/x-amz-json-1.0',
    }
    expect(await send(shop.cloud.place.awsEndpoint, { ...known, ...headers }, '{}')).toEqual([status, ''])
  })

  it.each(foreign)('gets %i instead of a WebSocket, by %j', async (status, headers) => {
    const { host } = new URL(shop.outputs.GraphqlUrl ?? '')
    for (const path of ['graphql/realtime', '']) {
      const socket = new WebSocket(`ws://${host}/${path}`, ['graphql-ws'], { headers })
      const [error] = (await once(socket, 'error')) as [Error]
      expect(error.message).toBe(`Unexpected server response: ${status}`)
    }
  })
})
