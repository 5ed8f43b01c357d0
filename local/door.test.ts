import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createDoor } from './door.ts'
import { listenOnLoopback, type LoopbackServer } from './http/index.ts'

describe('a door', () => {
  let server: LoopbackServer | undefined
  afterEach(() => server?.close())

  it('keeps requests and upgrades waiting until it is opened', async () => {
    const door = createDoor()
    server = await listenOnLoopback(door.listener, 0)
    server.server.on('upgrade', door.upgrade)
    let answered = false
    const answer = fetch(server.origin).then((response) => {
      answered = true
      return response.text()
    })
    const socket = new WebSocket(server.origin.replace('http', 'ws'))
    const greeting = once(socket, 'message').then(([message]) => String(message))
    await pause(50)
    expect([answered, socket.readyState]).toEqual([false, WebSocket.CONNECTING])

    const sockets = new WebSocketServer({ noServer: true })
    door.open(
      (_, response) => response.end('hello'),
      (request, raw, head) => sockets.handleUpgrade(request, raw, head, (client) => client.send('hi')),
    )
    expect(await answer).toBe('hello')
    expect(await greeting).toBe('hi')
    expect(await (await fetch(server.origin)).text()).toBe('hello')
    socket.terminate()
  })

  it('lets no upgrade in where nobody speaks another protocol', async () => {
    const door = createDoor()
    door.open((_, response) => response.end())
    server = await listenOnLoopback(door.listener, 0)
    server.server.on('upgrade', door.upgrade)
    const socket = new WebSocket(server.origin.replace('http', 'ws'))
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toBe('socket hang up')
  })
})
