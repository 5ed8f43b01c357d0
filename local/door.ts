import type { IncomingMessage, RequestListener } from 'node:http'
import type { Duplex } from 'node:stream'

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Keeps who comes during a start waiting, so that a client of the last run is never told that nothing is here. */
export interface Door {
  readonly listener: RequestListener
  readonly upgrade: UpgradeListener
  /** From now on these answer, those first who waited. */
  open(listener: RequestListener, upgrade?: UpgradeListener): void
}

export function createDoor(): Door {
  const inside = Promise.withResolvers<{ listener: RequestListener; upgrade?: UpgradeListener }>()
  return {
    listener: (request, response) => void inside.promise.then(({ listener }) => listener(request, response)),
    upgrade: (request, socket, head) =>
      void inside.promise.then(({ upgrade }) => {
        if (upgrade) upgrade(request, socket, head)
        else socket.destroy()
      }),
    open: (listener, upgrade) => inside.resolve(upgrade ? { listener, upgrade } : { listener }),
  }
}
