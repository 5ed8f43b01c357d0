import type { IncomingHttpHeaders } from 'node:http'

/** Whether a `Host` value, port or not, names this machine: `localhost`, `*.localhost`, `127.0.0.1`, `[::1]`. */
function namesThisMachine(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === '127.0.0.1' || name === '[::1]' || name === 'localhost' || name.endsWith('.localhost')
}

function isLoopbackOrigin(origin: string): boolean {
  const host = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]
  return host !== undefined && namesThisMachine(host)
}

/**
 * The status that refuses a request a web page of another site made or steered here (cross-site request, DNS
 * rebinding): 421 for a foreign `Host`, 403 for a foreign `Origin` (`null` is one). Undefined when it may pass.
 */
export function refusal(headers: IncomingHttpHeaders): 403 | 421 | undefined {
  if (headers.host === undefined || !namesThisMachine(headers.host)) return 421
  if (headers.origin !== undefined && !isLoopbackOrigin(headers.origin)) return 403
  return undefined
}
