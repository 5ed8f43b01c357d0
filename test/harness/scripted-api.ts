import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { until } from './recovery.ts'

interface Request {
  query: string
  variables: Record<string, unknown>
}
interface Frame {
  type: string
  id?: string
  payload?: object
}

/** A GraphQL endpoint that answers what a test tells it to, and keeps what it was asked: for what no cloud can be made to do. */
export interface ScriptedApi {
  readonly endpoint: string
  readonly requests: readonly Request[]
  /** Frames of all connections, in the order they came. */
  readonly frames: readonly Frame[]
  /** How many connections were opened so far. */
  readonly connections: number
  /** How many of them are open. */
  readonly open: number
  /** Waits for so many subscriptions to have begun, and answers the id of the last. */
  started(count?: number): Promise<string>
  /** Sends a frame on the newest connection. */
  send(frame: object): void
  stop(): void
}

/**
 * Answers a request by `{data}` or `{errors}` with 200, by a status alone, by a page of HTML, or not: the connection is
 * cut before (`'cut'`) or in the midst of the answer (`'cut in two'`), or nothing comes (`'silence'`).
 */
export type Answer = object | number | 'page' | 'cut' | 'cut in two' | 'silence'

/** Starts it. `answer` is asked for each request; `timeout` is how long (ms) its connections may be silent. */
export async function startScriptedApi(
  answer: (request: Request, number: number) => Answer,
  timeout = 300_000,
): Promise<ScriptedApi> {
  const requests: Request[] = []
  const frames: Frame[] = []
  const sockets: WebSocket[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      requests.push(JSON.parse(Buffer.concat(parts).toString()) as Request)
      give(response, answer(requests.at(-1) as Request, requests.length))
    })
  })
  const realtime = new WebSocketServer({ server, handleProtocols: () => 'graphql-ws' })
  realtime.on('connection', (socket) => {
    sockets.push(socket)
    socket.on('message', (text: Buffer) => {
      const frame = JSON.parse(text.toString()) as Frame
      frames.push(frame)
      if (frame.type === 'connection_init')
        socket.send(JSON.stringify({ type: 'connection_ack', payload: { connectionTimeoutMs: timeout } }))
      if (frame.type === 'start') socket.send(JSON.stringify({ type: 'start_ack', id: frame.id }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    frames,
    get connections() {
      return sockets.length
    },
    get open() {
      return sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length
    },
    started: (count = 1) =>
      until(() => {
        const starts = frames.filter(({ type }) => type === 'start')
        return Promise.resolve(starts.length >= count && (starts.at(-1)?.id ?? false))
      }),
    send: (frame) => sockets.at(-1)?.send(JSON.stringify(frame)),
    stop() {
      for (const socket of sockets) socket.terminate()
      server.close()
      server.closeAllConnections()
    },
  }
}

function give(response: ServerResponse, answer: Answer): void {
  if (answer === 'silence') return
  if (answer === 'cut') response.destroy()
  else if (answer === 'cut in two') response.write('{"data":', () => response.destroy())
  else if (answer === 'page') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
  else if (typeof answer === 'number') response.writeHead(answer).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}
