import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net'
import { refusal } from './loopback.ts'
import { acceptTlsToo } from './tls.ts'
import type { Certificate } from './tls.ts'

/** A server that only this machine can reach. */
export interface LoopbackServer {
  /** For `upgrade` listeners; they see no foreign request. */
  readonly server: Server
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Ends at once, whatever connections are open, upgraded ones included. */
  readonly close: () => Promise<void>
}

const patience = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2_000 }

/**
 * Serves HTTP on 127.0.0.1 and, where the machine has it, on ::1, both on `port` (0: a free one). Requests and
 * upgrades with a foreign `Host` or `Origin` are refused without content before `handler` sees them. With `tls` the
 * same port answers TLS as well. Rejects with one clear line, which names the `option` that chooses the port, when it is
 * taken.
 */
export async function listenOnLoopback(
  handler: RequestListener,
  port: number,
  options: { tls?: Certificate; option?: string } = {},
): Promise<LoopbackServer> {
  const server: Server = createServer(
    {
      ...patience,
      shouldUpgradeCallback: (request) =>
        refusal(request.headers) === undefined && server.listenerCount('upgrade') > 0,
    },
    (request, response) => {
      const status = refusal(request.headers)
      if (status === undefined) handler(request, response)
      else response.writeHead(status, { connection: 'close', 'content-length': 0 }).end()
    },
  )
  const sockets = new Set<Socket>()
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
  })
  if (options.tls) acceptTlsToo(server, options.tls)

  const { option = '--port' } = options
  await listen(server, port, '127.0.0.1', option)
  const bound = (server.address() as AddressInfo).port
  const sixth = await listenOnIpv6(server, bound, option).catch(async (error: unknown) => {
    await closed(server)
    throw error
  })
  return {
    server,
    port: bound,
    origin: `http://127.0.0.1:${bound}`,
    async close() {
      const all = [server, ...(sixth ? [sixth] : [])].map(closed)
      for (const socket of sockets) socket.destroy()
      await Promise.all(all)
    },
  }
}

/** An own listener for ::1 that hands its connections to `server`; undefined on a machine without IPv6. */
async function listenOnIpv6(server: Server, port: number, option: string): Promise<TcpServer | undefined> {
  const sixth = createTcpServer((socket) => server.emit('connection', socket))
  try {
    await listen(sixth, port, '::1', option)
    return sixth
  } catch (error) {
    if (error instanceof PortInUse) throw error
    return undefined
  }
}

class PortInUse extends Error {}

function listen(server: TcpServer, port: number, host: string, option: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `Port ${port} is in use on ${host}: stop what uses it, or choose another with ${option}.`
      reject(error.code === 'EADDRINUSE' ? new PortInUse(taken) : error)
    })
    server.listen({ port, host, ipv6Only: host === '::1' }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

function closed(server: TcpServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
