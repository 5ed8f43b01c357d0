import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket, createSecureContext } from 'node:tls'

/** PEM texts of a server's key and certificate. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** First byte of a TLS record that opens a handshake; no HTTP method begins with it. */
const handshake = 0x16
/** Milliseconds a connection may stay silent before its first byte. */
const silence = 10_000

/** Makes `server` look at the first byte of each connection and answer TLS and plain HTTP on the same port. */
export function acceptTlsToo(server: Server, certificate: Certificate): void {
  const secureContext = createSecureContext({ ...certificate })
  const [track, speakHttp] = server.listeners('connection') as ((socket: Socket) => void)[]
  if (!track || !speakHttp) throw new Error('node:http no longer takes its connections by an event.')
  server.removeListener('connection', speakHttp)
  server.on('connection', (socket: Socket) => {
    socket.setTimeout(silence, () => socket.destroy())
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null
      if (!first) return
      socket.setTimeout(0)
      socket.unshift(first)
      if (first[0] !== handshake) {
        speakHttp.call(server, socket)
        return
      }
      const secure = new TLSSocket(socket, { isServer: true, secureContext })
      secure.on('error', () => socket.destroy())
      speakHttp.call(server, secure)
    })
  })
}
