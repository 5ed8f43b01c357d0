import type { WireAnswer } from '../../messages.ts'
import type { Send } from './index.ts'

type Fetch = typeof fetch

interface Asked {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly signal: AbortSignal | null
}

/** `fetch`, by message for `origins`. */
export function fetchBy(origins: ReadonlySet<string>, send: Send, bySocket: Fetch): Fetch {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : String(input)
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (url === undefined || !origins.has(url.origin)) return bySocket(input, init)
    const { signal, method, headers, body } = plain(input, init) ?? (await whole(new Request(input, init)))
    signal?.throwIfAborted()
    return await new Promise<Response>((resolve, reject) => {
      const request = { method, origin: url.origin, url: url.pathname + url.search, body }
      const abandon = send({ ...request, headers: { host: url.host, ...headers } }, (answer) => {
        signal?.removeEventListener('abort', abort)
        resolve(responseOf(answer, url.href))
      })
      const abort = (): void => {
        abandon()
        reject(signal?.reason as Error)
      }
      signal?.addEventListener('abort', abort, { once: true })
    })
  }
}

/** The usual form, text to a URL, without the cost of a Request; undefined for any other. */
function plain(input: unknown, init: RequestInit = {}): Asked | undefined {
  const { method = 'GET', headers = {}, body, signal = null } = init
  const simple = !(input instanceof Request) && Object.getPrototypeOf(headers) === Object.prototype
  if (!simple || typeof body !== 'string') return undefined
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])
  const type = { 'content-type': 'text/plain;charset=UTF-8' }
  return { method, signal, body, headers: { ...type, ...Object.fromEntries(lowerCase) } as Asked['headers'] }
}

async function whole(request: Request): Promise<Asked> {
  const { method, signal } = request
  const body = request.body === null ? '' : new Uint8Array(await request.arrayBuffer())
  return { method, signal, body, headers: Object.fromEntries(request.headers) }
}

/** Statuses whose answers have no body; Response refuses one. */
const bodiless = [101, 204, 205, 304]

function responseOf({ status, headers, body }: WireAnswer, url: string): Response {
  const content = bodiless.includes(status) ? null : (body as Uint8Array<ArrayBuffer>)
  return Object.defineProperty(new Response(content, { status, headers }), 'url', { value: url })
}
