import { effects } from './effects.ts'

/** Headers that belong to one connection: they are not copied. */
const restricted = [
  'transfer-encoding',
  'connection',
  'host',
  'expect',
  'keep-alive',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'content-length',
]

export const http = {
  copyHeaders(headers: Record<string, unknown>): Record<string, unknown> {
    const copied: Record<string, unknown> = {}
    for (const name of Object.keys(headers))
      if (!restricted.includes(name.toLowerCase())) copied[name] = headers[name]
    return copied
  },
  addResponseHeader(name: string, value: unknown): void {
    effects.headers.push({ name, value })
  },
  addResponseHeaders(headers: Record<string, unknown>): void {
    for (const name of Object.keys(headers)) effects.headers.push({ name, value: headers[name] })
  },
}
