import type { IncomingMessage } from 'node:http'
import type { Headers } from '../query/run.ts'

/** The client's headers as resolvers read them: lower-case names, lists for repeated ones, cookies withheld. */
export function requestHeaders(request: Pick<IncomingMessage, 'headersDistinct'>): Headers {
  const headers: Headers = {}
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (name === 'cookie' || !values) continue
    headers[name] = values.length === 1 && values[0] !== undefined ? values[0] : values
  }
  return headers
}
