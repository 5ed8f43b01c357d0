import type { IncomingMessage } from 'node:http'

/** Path and query of a request; what is no URL has the path `/`. */
export function urlOf({ url }: Pick<IncomingMessage, 'url'>): URL {
  const origin = 'http://localhost'
  return URL.canParse(url ?? '/', origin) ? new URL(url ?? '/', origin) : new URL(origin)
}
