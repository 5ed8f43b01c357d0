import { effects } from './effects.ts'
import { hopByHop } from './hopByHop.ts'

export const http = {
  copyHeaders(headers: Record<string, unknown>): Record<string, unknown> {
    const copied: Record<string, unknown> = {}
    for (const name of Object.keys(headers))
      if (!hopByHop.includes(name.toLowerCase())) copied[name] = headers[name]
    return copied
  },
  addResponseHeader(name: string, value: unknown): void {
    effects.headers.push({ name, value })
  },
  addResponseHeaders(headers: Record<string, unknown>): void {
    for (const name of Object.keys(headers)) effects.headers.push({ name, value: headers[name] })
  },
}
