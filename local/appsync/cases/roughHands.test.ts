import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { fakeClock } from '../../testing/clock.ts'
import { connect, openSocket } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

const api = {
  schema: `
    type Query { a: Int }
    type Mutation { change(id: ID!, text: String): Thing }
    type Subscription { onChange(id: ID): Thing @aws_subscribe(mutations: ["change"]) }
    type Thing { id: ID text: String }
  `,
  resolvers: { 'Mutation.change': answering('ctx.args'), 'Query.a': answering('1') },
}
let server: SmallServer
beforeAll(async () => {
  server = await serve(api)
})
afterAll(() => server.close())

const change = (id: string, text = ''): Promise<unknown> =>
  server.ask('mutation ($id: ID!, $text: String) { change(id: $id, text: $text) { id text } }', { id, text })
const alive = async (): Promise<void> => expect((await server.ask('{ a }')).body).toEqual({ data: { a: 1 } })

test('frames that nobody knows are answered, and the connection lives on', async () => {
  const client = await connect(server)
  const unknown = {
    type: 'error',
    id: '',
    payload: {
      errors: [
        { errorType: 'UnsupportedOperation', message: 'unknown not supported through the realtime channel' },
      ],
    },
  }
  for (const nonsense of ['hello', '{', '[]', 'null', '7', '{"type":1}']) {
    client.send(nonsense)
    expect(await client.next()).toEqual(unknown)
  }
  client.socket.send(Buffer.from([1, 2, 3]))
  expect(await client.next()).toEqual(unknown)
  client.send({ type: 'dance', id: 'x' })
  expect(await client.next()).toEqual({ ...unknown, id: 'x' })
  expect((await client.subscribe('q', '{ a }')).payload?.errors?.[0]?.message).toBe(
    'query not supported through the realtime channel',
  )
  client.send({ id: 'n', type: 'start' })
  expect((await client.next({ id: 'n' })).type).toBe('error')
  client.send({ id: 'unknown', type: 'stop' })
  expect((await client.subscribe('fine', 'subscription { onChange { id } }')).type).toBe('start_ack')
  client.socket.close()
})

test('a huge frame closes its socket and nothing else', async () => {
  const client = await connect(server)
  client.send('x'.repeat(2_000_000))
  expect(await client.closed).toBe(1009)
  await alive()
})

test('what breaks the WebSocket protocol closes its socket and nothing else', async () => {
  const client = await connect(server)
  const { _socket } = client.socket as unknown as { _socket: { write(bytes: Buffer): void } }
  _socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))
  await client.closed
  await alive()
})

test('an upgrade elsewhere, or garbage instead of HTTP, gets nothing', async () => {
  const elsewhere = new WebSocket(`ws://127.0.0.1:${server.port}/elsewhere`, ['graphql-ws'])
  const [error] = (await once(elsewhere, 'error')) as [Error]
  expect(error.message).toContain('404')
  const raw = connectTcp(server.port, '127.0.0.1')
  raw.end('\r\nnonsense\r\n\r\n').resume()
  await once(raw, 'close')
  await alive()
})

test.each(['//', '/graphql/realtime?header=%', 'nonsense'])('an upgrade to %s is answered', async (path) => {
  const raw = connectTcp(server.port, '127.0.0.1')
  const key = 'dGhlIHNhbXBsZSBub25jZQ=='
  raw.write(
    `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\nsec-websocket-protocol: graphql-ws\r\n\r\n`,
  )
  const [answer] = (await once(raw, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 (101|400|404)/)
  raw.destroy()
  await alive()
})

test.each([
  ['deep', `{ ${'t { '.repeat(3_000)} a ${'}'.repeat(3_001)}`],
  ['the same field many times', `{ ${'a '.repeat(10_000)} }`],
  ['many aliases', `{ ${Array.from({ length: 4_000 }, (_, index) => `a${index}: a`).join(' ')} }`],
])('a query that is %s is answered', async (_, query) => {
  expect([200, 400]).toContain((await server.ask(query)).status)
  await alive()
})

test('a client that offers another protocol is told so', async () => {
  const client = await openSocket(server, { protocols: [] })
  expect((await client.next({ type: 'connection_error' })).payload?.errors?.[0]?.message).toBe(
    'NoProtocolError',
  )
})

test('a header that is no JSON, or none at all, is told so', async () => {
  const broken = await openSocket(server, { protocols: ['graphql-ws', 'header-bm90anNvbg'] })
  expect((await broken.next({ type: 'connection_error' })).payload?.errors?.[0]?.errorCode).toBe(400)
  const none = await openSocket(server, { protocols: ['graphql-ws'] })
  expect((await none.next({ type: 'connection_error' })).payload?.errors?.[0]).toMatchObject({
    errorType: 'UnauthorizedException',
  })
})

test('the 201st subscription of a connection is refused', async () => {
  const client = await connect(server)
  for (let index = 0; index < 200; index++)
    await client.subscribe(`s${index}`, 'subscription { onChange(id: "x") { id } }')
  const refused = await client.subscribe('more', 'subscription { onChange(id: "x") { id } }')
  expect(refused.payload?.errors?.[0]?.errorType).toBe('MaxSubscriptionsReachedError')
  client.send({ id: 's0', type: 'stop' })
  await client.next({ type: 'complete' })
  expect((await client.subscribe('more', 'subscription { onChange(id: "x") { id } }')).type).toBe('start_ack')
  client.socket.close()
})

test('a payload of more than 240 KB is not pushed, a smaller one is', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id text } }')
  await change('big', 'x'.repeat(241 * 1024))
  await change('fits', 'x'.repeat(230 * 1024))
  expect((await client.next({ type: 'data' })).payload?.data).toMatchObject({ onChange: { id: 'fits' } })
  client.socket.close()
})

test('a subscriber that never reads is cut off, and the others get everything', async () => {
  const deaf = await connect(server)
  await deaf.subscribe('deaf', 'subscription { onChange { id text } }')
  const good = await connect(server)
  await good.subscribe('good', 'subscription { onChange { id } }')
  deaf.socket.pause()
  const cutOff = (): boolean => server.context.activities.some(({ what }) => what === 'cut off')
  let sent = 0
  while (sent < 200 && !cutOff()) await change(String(sent++), 'x'.repeat(200 * 1024))
  expect(cutOff()).toBe(true)
  for (let index = 0; index < sent; index++)
    expect((await good.next()).payload?.data).toEqual({ onChange: { id: String(index) } })
  deaf.socket.terminate()
  good.socket.close()
})

test('a socket that opens and says nothing is closed, one that speaks hears that it lives', async () => {
  const clock = fakeClock(Date.now())
  const patient = await serve(api, { clock })
  const silent = await openSocket(patient)
  const talking = await connect(patient)
  await clock.advance(30_000)
  expect(await silent.closed).toBe(1008)
  await clock.advance(30_000)
  expect(await talking.next()).toEqual({ type: 'ka' })
  await clock.advance(60_000)
  expect(await talking.next()).toEqual({ type: 'ka' })
  await clock.advance(24 * 3_600_000)
  expect(await talking.closed).toBe(1001)
  await patient.close()
})

test('2,000 subscribers each on an id of its own get what is theirs', async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, () => connect(server)))
  await Promise.all(
    clients.flatMap((client, c) =>
      Array.from({ length: 200 }, (_, s) =>
        client.subscribe(`${c}-${s}`, `subscription { onChange(id: "${c}-${s}") { id } }`),
      ),
    ),
  )
  await Promise.all(['0-0', '3-77', '9-199'].map((id) => change(id)))
  expect((await clients[3]?.next())?.id).toBe('3-77')
  expect((await clients[0]?.next())?.id).toBe('0-0')
  expect((await clients[9]?.next())?.id).toBe('9-199')
  expect(clients.flatMap(({ waiting }) => waiting)).toEqual([])
  for (const { socket } of clients) socket.close()
})

test('a subscription that is stopped while it starts does not live', async () => {
  let answer = (): void => undefined
  const waiting = new Promise<void>((resolve) => (answer = resolve))
  const slow = await serve(
    {
      ...api,
      dataSources: { http: { Type: 'HTTP', HttpConfig: { Endpoint: 'https://example.com' } } },
      resolvers: {
        ...api.resolvers,
        'Subscription.onChange': {
          dataSource: 'http',
          code: "export const request = () => ({ method: 'GET', resourcePath: '/' }); export const response = () => null",
        },
      },
    },
    { http: () => waiting.then(() => ({ statusCode: 200, headers: {}, body: '' })) },
  )
  const client = await connect(slow)
  const started = client.subscribe('a', 'subscription { onChange { id } }')
  client.send({ id: 'a', type: 'stop' })
  expect(await started).toEqual({ id: 'a', type: 'complete' })
  answer()
  await slow.ask('mutation { change(id: "1") { id } }')
  expect(client.waiting).toEqual([])
  await slow.close()
})
