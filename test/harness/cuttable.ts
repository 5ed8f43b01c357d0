import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a port of this machine that can be cut: all connections at once, and for as long as wanted. */
export interface CuttableWay {
  readonly port: number
  /** Cuts every connection; new ones work at once. */
  cut(): void
  /** Refuses connections until `mend`. */
  block(): void
  mend(): void
  close(): void
}

/** Opens a TCP proxy to `target` on loopback. */
export async function openWay(target: number): Promise<CuttableWay> {
  const sockets = new Set<Socket>()
  let blocked = false
  const server = createServer((near) => {
    if (blocked) {
      near.destroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    block() {
      blocked = true
      cut()
    },
    mend: () => void (blocked = false),
    close() {
      cut()
      server.close()
    },
  }
}
