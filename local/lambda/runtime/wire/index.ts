import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { SandboxMessage, WireAnswer, WireRequest } from '../../messages.ts'
import { fetchBy } from './fetch.ts'
import { requestBy } from './request.ts'

/** Sends a request; `done` gets the answer unless the request is abandoned before, by the function that is returned. */
export type Send = (request: WireRequest, done: (answer: WireAnswer) => void) => () => void

/**
 * What this process serves is asked by message instead of a socket, which costs several times the CPU: `http.request`
 * and `fetch` for one of `origins` reach the service with the same method, path, headers, signature and body. Answers the
 * function that hands on the answers. Other ways to open a connection still go by socket.
 */
export function callByMessage(
  origins: readonly string[],
  post: (message: SandboxMessage) => void,
): (call: number, answer: WireAnswer) => void {
  const waiting = new Map<number, (answer: WireAnswer) => void>()
  let calls = 0

  const send: Send = (request, done) => {
    const call = ++calls
    waiting.set(call, done)
    post({ kind: 'request', call, ...request })
    return () => {
      if (waiting.delete(call)) post({ kind: 'abandoned', call })
    }
  }

  const ours = new Set(origins)
  http.request = requestBy(ours, send, http.request)
  http.get = ((...args: Parameters<typeof http.get>) => http.request(...args).end()) as typeof http.get
  syncBuiltinESMExports()
  globalThis.fetch = fetchBy(ours, send, globalThis.fetch)

  return (call, answer) => {
    const done = waiting.get(call)
    waiting.delete(call)
    done?.(answer)
  }
}
