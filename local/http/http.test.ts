import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { generate } from 'selfsigned'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { BodyTooLarge, listenOnLoopback, readBody } from './index.ts'
import type { LoopbackServer } from './index.ts'

const opened: LoopbackServer[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()))
})

async function open(handler: RequestListener, options: Parameters<typeof listenOnLoopback>[2] = {}) {
  const server = await listenOnLoopback(handler, 0, options)
  opened.push(server)
  return server
}

const hello: RequestListener = (_, response) => response.end('hello')

async function get(port: number, headers: Record<string, string>, host = '127.0.0.1') {
  const [response] = (await once(request({ host, port, headers }).end(), 'response')) as [IncomingMessage]
  const body = await readBody(response, 1000)
  return { status: response.statusCode, body: body.toString() }
}

describe('a loopback server', () => {
  it.each(['localhost', '127.0.0.1:99', '[::1]:4000', 'LOCALHOST:1', 'sqs.us-east-1.localhost:4566'])(
    'answers the host %s',
    async (host) => {
      const { port } = await open(hello)
      expect(await get(port, { host })).toEqual({ status: 200, body: 'hello' })
    },
  )

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '10.0.0.1', '0.0.0.0'])(
    'gives nothing to the host "%s"',
    async (host) => {
      const { port } = await open(hello)
      expect(await get(port, { host })).toEqual({ status: 421, body: '' })
    },
  )

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'file://',
    'chrome-extension://x',
  ])('gives nothing to the origin %s', async (origin) => {
    const { port } = await open(hello)
    expect(await get(port, { origin })).toEqual({ status: 403, body: '' })
  })

  it('answers pages of this machine', async () => {
    const { port } = await open(hello)
    expect(await get(port, { origin: 'http://localhost:5173' })).toEqual({ status: 200, body: 'hello' })
  })

  it('answers on ::1 where the machine has it, and on no other address', async () => {
    const { port } = await open(hello)
    const addresses = Object.values(networkInterfaces()).flatMap((them) => them ?? [])
    if (addresses.some(({ address }) => address === '::1'))
      expect(await get(port, {}, '::1')).toEqual({ status: 200, body: 'hello' })
    for (const { address } of addresses.filter(({ internal, family }) => !internal && family === 'IPv4'))
      await expect(get(port, {}, address)).rejects.toThrow('ECONNREFUSED')
  })

  it('names the port that is taken', async () => {
    const { port } = await open(hello)
    await expect(listenOnLoopback(hello, port)).rejects.toThrow(
      `Port ${port} is in use on 127.0.0.1: stop what uses it, or choose another with --port.`,
    )
  })
})

describe('an upgrade', () => {
  async function webSockets() {
    const listening = await open(hello)
    const sockets = new WebSocketServer({ server: listening.server })
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
    return listening
  }

  it('reaches its listener from this machine and survives until close, which does not wait', async () => {
    const { port, close } = await webSockets()
    const socket = new WebSocket(`ws://localhost:${port}`)
    await once(socket, 'open')
    const ended = once(socket, 'close')
    await close()
    await ended
  })

  it('of a foreign host or origin is refused', async () => {
    const { port } = await webSockets()
    for (const [headers, status] of [
      [{ host: 'evil.example' }, 421],
      [{ origin: 'https://evil.example' }, 403],
    ] as const) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers })
      const [error] = (await once(socket, 'error')) as [Error]
      expect(error.message).toBe(`Unexpected server response: ${status}`)
    }
  })
})

describe('close', () => {
  it('ends keep-alive connections and unfinished requests', async () => {
    const { port, close } = await open(() => undefined)
    const idle = connect(port, '127.0.0.1')
    idle.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(idle, 'connect')
    const ended = new Promise((resolve) => idle.on('error', resolve).on('close', resolve))
    await close()
    await ended
  })
})

describe('TLS on the same port', () => {
  it('answers both, upgrades included', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
    const { port, server } = await open(hello, { tls: { key, cert } })
    new WebSocketServer({ server }).on('connection', (socket) => socket.send('hi'))
    expect(await get(port, {})).toEqual({ status: 200, body: 'hello' })
    const secure = connectTls({ host: '127.0.0.1', port, ca: cert, servername: 'localhost' })
    secure.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const [answer] = (await once(secure, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK/)
    secure.destroy()
    const socket = new WebSocket(`wss://localhost:${port}`, { ca: cert })
    expect(String(((await once(socket, 'message')) as [Buffer])[0])).toBe('hi')
    socket.terminate()
  })

  it('survives nonsense instead of a handshake', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
    const { port } = await open(hello, { tls: { key, cert } })
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(Buffer.from([0x16, 0xff, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]))
    await once(socket, 'close')
    expect(await get(port, {})).toEqual({ status: 200, body: 'hello' })
  })
})

describe('readBody', () => {
  async function post(write: (to: ReturnType<typeof request>) => void): Promise<number | undefined> {
    const { port } = await open((message, response) => {
      readBody(message, 10).then(
        (body) => response.end(body),
        (error: unknown) => response.writeHead(error instanceof BodyTooLarge ? 413 : 500).end(),
      )
    })
    const sending = request({ host: '127.0.0.1', port, method: 'POST' })
    sending.on('error', () => undefined)
    write(sending)
    return ((await once(sending, 'response')) as [IncomingMessage])[0].statusCode
  }

  it('reads up to its limit and refuses more, announced or not', async () => {
    expect(await post((sending) => sending.end('0123456789'))).toBe(200)
    expect(await post((sending) => sending.end('0123456789a'))).toBe(413)
    expect(await post((sending) => void (sending.write('0123456'), sending.write('789abc')))).toBe(413)
  })
})
