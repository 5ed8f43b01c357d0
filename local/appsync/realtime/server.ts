import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Api } from '../api.ts'
import { callerOf } from '../caller.ts'
import type { GraphQLServer } from '../http/handler.ts'
import { requestHeaders } from '../http/headers.ts'
import { RequestRefused } from '../http/refusal.ts'
import { urlOf } from '../http/url.ts'
import { graphqlPath, realtimePath } from '../resourceTypes.ts'
import { Connection } from './connection.ts'
import { connectionError, keepAlive, type ClientFrame } from './frames.ts'
import { connectingCaller, credentials } from './handshake.ts'
import type { Hub } from './hub.ts'
import { startSubscription, type Prepared } from './start.ts'

/** How often a connection hears that it lives, in milliseconds. */
const keepAliveEvery = 60_000
/** Bytes a client's frame may have. */
const longestFrame = 256 * 1024
/** A refused client hears why when it asks, or after this many milliseconds. */
const refusalAfter = 250

const internalFailure = new RequestRefused(
  500,
  'InternalFailure',
  'An internal failure occurred while connecting.',
)

/** The realtime endpoint: takes over upgraded sockets. */
export class RealtimeServer {
  readonly #server: GraphQLServer
  readonly #hub: Hub
  readonly #connections = new Set<Connection>()
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestFrame,
    handleProtocols: (offered) => (offered.has('graphql-ws') ? 'graphql-ws' : false),
  })
  #stopKeepAlive: (() => void) | undefined

  constructor(server: GraphQLServer, hub: Hub) {
    this.#server = server
    this.#hub = hub
  }

  /** Takes over a socket that asks for `/graphql/realtime`; anything else is closed. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const api = this.#server.api()
    const { pathname } = urlOf(request)
    if (!api || pathname !== realtimePath) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#open(api, request, client))
  }

  close(): void {
    this.#stopKeepAlive?.()
    this.#stopKeepAlive = undefined
    for (const client of this.#sockets.clients) client.terminate()
  }

  #open(api: Api, request: IncomingMessage, client: WebSocket): void {
    // Frames that break the protocol close the socket; the error is of no use to anyone else.
    client.on('error', () => client.terminate())
    try {
      connectingCaller(this.#server, api, request)
    } catch (error) {
      this.#refuse(client, error instanceof RequestRefused ? error : internalFailure)
      return
    }
    const connection = new Connection(client, this.#server.context, this.#hub, (frame) =>
      this.#start(request, frame),
    )
    this.#connections.add(connection)
    client.on('close', () => this.#connections.delete(connection))
    this.#keepAlive()
  }

  #refuse(client: WebSocket, refused: RequestRefused): void {
    const { clock } = this.#server.context
    const tell = (): void => {
      cancel()
      client.off('message', tell)
      client.send(connectionError(refused))
      client.close(1000)
    }
    const cancel = clock.at(clock.now() + refusalAfter, tell)
    client.on('message', tell).on('close', cancel)
  }

  async #start(request: IncomingMessage, frame: ClientFrame): Promise<Prepared> {
    const api = this.#server.api()
    if (!api) throw new RequestRefused(404, 'NotFoundException', 'There is no API.')
    const refused = this.#server.faults.meet('before')
    if (refused) throw refused
    const headers = frame.authorization ?? {}
    const signed = { method: 'POST', url: graphqlPath, headers, body: frame.data }
    if (headers['x-api-key'] === undefined && headers.authorization === undefined)
      throw new RequestRefused(401, 'UnauthorizedException', 'You are not authorized to make this call.')
    const caller = callerOf(api, signed, credentials(this.#server, request))
    return startSubscription(api, this.#server.context, {
      data: frame.data,
      caller,
      headers: { ...requestHeaders(request), ...headers },
    })
  }

  /** One alarm for all connections, and none while there are none. */
  #keepAlive(): void {
    if (this.#stopKeepAlive) return
    const { clock } = this.#server.context
    this.#stopKeepAlive = clock.at(clock.now() + keepAliveEvery, () => {
      this.#stopKeepAlive = undefined
      for (const connection of this.#connections) if (connection.acknowledged) connection.send(keepAlive)
      if (this.#connections.size > 0) this.#keepAlive()
    })
  }
}
