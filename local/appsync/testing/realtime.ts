import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { SmallServer } from './server.ts'

export interface Frame {
  readonly type: string
  readonly id?: string
  readonly payload?: {
    data?: unknown
    errors?: { errorType?: string; message: string; errorCode?: number }[]
    connectionTimeoutMs?: number
  }
}

/** Where to connect, and the API key to do it with. */
type Door = Pick<SmallServer, 'port' | 'key'>

/** A raw realtime client. */
export interface RealtimeClient {
  readonly socket: WebSocket
  send(frame: object | string): void
  /** The next frame that fits, in the order in which they came; earlier ones that do not fit stay. */
  next(fits?: Partial<Frame>): Promise<Frame>
  /** Frames that came and that nobody took. */
  readonly waiting: readonly Frame[]
  /** Subscribes under an id and waits for the answer, acknowledgement or error. */
  subscribe(
    id: string,
    query: string,
    variables?: object,
    authorization?: Record<string, string>,
  ): Promise<Frame>
  /** Resolves with the close code. */
  readonly closed: Promise<number>
}

/** Opens a socket with the credentials in a subprotocol, as Amplify does; `protocols` overrides. */
export async function openSocket(
  server: Door,
  options: {
    headers?: Record<string, string>
    protocols?: string[]
    path?: string
    http?: Record<string, string>
  } = {},
): Promise<RealtimeClient> {
  const header = Buffer.from(
    JSON.stringify(options.headers ?? { host: 'localhost', 'x-api-key': server.key }),
  ).toString('base64url')
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}${options.path ?? '/graphql/realtime'}`,
    options.protocols ?? ['graphql-ws', `header-${header}`],
    { headers: options.http ?? {} },
  )
  const waiting: Frame[] = []
  const takers = new Set<() => void>()
  socket.on('message', (data: Buffer) => {
    waiting.push(JSON.parse(data.toString('utf8')) as Frame)
    for (const taker of takers) taker()
  })
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')

  const next: RealtimeClient['next'] = (fits = {}) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        takers.delete(take)
        reject(new Error(`no frame like ${JSON.stringify(fits)}; came: ${JSON.stringify(waiting)}`))
      }, 5_000)
      const take = (): void => {
        const index = waiting.findIndex((frame) =>
          Object.entries(fits).every(([name, value]) => frame[name as keyof Frame] === value),
        )
        const [frame] = index < 0 ? [] : waiting.splice(index, 1)
        if (!frame) return
        clearTimeout(late)
        takers.delete(take)
        resolve(frame)
      }
      takers.add(take)
      take()
    })
  const send = (frame: object | string): void =>
    socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  return {
    socket,
    send,
    next,
    waiting,
    closed,
    subscribe(id, query, variables = {}, authorization = { host: 'localhost', 'x-api-key': server.key }) {
      const data = JSON.stringify({ query, variables })
      send({ id, type: 'start', payload: { data, extensions: { authorization } } })
      return next({ id })
    },
  }
}

/** A connected client: `connection_init` is sent and acknowledged. */
export async function connect(
  server: Door,
  options: Parameters<typeof openSocket>[1] = {},
): Promise<RealtimeClient> {
  const client = await openSocket(server, options)
  client.send({ type: 'connection_init' })
  await client.next({ type: 'connection_ack' })
  return client
}
