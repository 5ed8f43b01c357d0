import { EventEmitter } from 'node:events'
import { IncomingMessage, STATUS_CODES, type ClientRequest, type RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { WireAnswer } from '../../messages.ts'
import type { Send } from './index.ts'

type Request = typeof import('node:http').request
type OnResponse = (response: IncomingMessage) => void

/** `http.request`, by message for `origins`. */
export function requestBy(origins: ReadonlySet<string>, send: Send, bySocket: Request): Request {
  return (...args: unknown[]): ClientRequest => {
    const { options, onResponse } = read(args)
    const origin = originOf(options)
    if (!origins.has(origin)) return Reflect.apply(bySocket, undefined, args) as ClientRequest
    const request = new MessageRequest(origin, options, send)
    if (onResponse) request.once('response', onResponse)
    return request as unknown as ClientRequest
  }
}

/** The forms in which Node.js takes them: URL, options and callback, the first two optional. */
function read(args: unknown[]): { options: RequestOptions; onResponse: OnResponse | undefined } {
  const onResponse = args.find((arg) => typeof arg === 'function') as OnResponse | undefined
  let options: RequestOptions = {}
  for (const arg of args.slice(0, 2))
    if (typeof arg === 'string' || arg instanceof URL) options = fromUrl(new URL(arg))
    else if (typeof arg === 'object' && arg !== null) options = { ...options, ...arg }
  return { options, onResponse }
}

function fromUrl({ protocol, hostname, port, pathname, search }: URL): RequestOptions {
  return { protocol, hostname, port, path: pathname + search }
}

function originOf({ protocol = 'http:', hostname, host, port }: RequestOptions): string {
  return `${protocol}//${hostname ?? host ?? 'localhost'}${port ? `:${port}` : ''}`
}

/** What Node.js gives instead of a socket is of no use to anybody but code that sets its options. */
class NoSocket extends EventEmitter {
  readonly connecting = false
  readonly writable = true
  readonly remoteAddress = '127.0.0.1'
  setKeepAlive = (): this => this
  setNoDelay = (): this => this
  setTimeout = (): this => this
  ref = (): this => this
  unref = (): this => this
  destroy = (): this => this
}

/** Looks to its maker like a ClientRequest whose socket was free and whose answer comes all at once. */
class MessageRequest extends Writable {
  readonly protocol: string
  readonly host: string
  readonly path: string
  readonly method: string
  readonly socket = new NoSocket() as unknown as Socket
  readonly reusedSocket = true
  aborted = false
  res: IncomingMessage | undefined
  readonly #headers = new Map<string, { name: string; value: string | number | readonly string[] }>()
  readonly #chunks: Buffer[] = []
  readonly #origin: string
  readonly #send: Send
  #abandon = (): void => undefined
  #timer: NodeJS.Timeout | undefined

  constructor(origin: string, options: RequestOptions, send: Send) {
    super({ autoDestroy: false })
    this.#origin = origin
    this.#send = send
    this.protocol = options.protocol ?? 'http:'
    this.host = new URL(origin).hostname
    this.path = options.path ?? '/'
    this.method = (options.method ?? 'GET').toUpperCase()
    for (const [name, value] of Object.entries(options.headers ?? {}))
      if (value !== undefined) this.setHeader(name, value)
    if (!this.hasHeader('host')) this.setHeader('Host', new URL(origin).host)
    if (options.auth) this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`)
    if (options.timeout !== undefined) this.setTimeout(options.timeout)
    options.signal?.addEventListener('abort', () => this.destroy(abortError(options.signal)), { once: true })
    process.nextTick(() => this.emit('socket', this.socket))
  }

  get connection(): Socket {
    return this.socket
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    this.#headers.set(name.toLowerCase(), { name, value })
    return this
  }
  getHeader(name: string): string | number | readonly string[] | undefined {
    return this.#headers.get(name.toLowerCase())?.value
  }
  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase())
  }
  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase())
  }
  getHeaderNames(): string[] {
    return [...this.#headers.keys()]
  }
  getRawHeaderNames(): string[] {
    return [...this.#headers.values()].map(({ name }) => name)
  }
  getHeaders(): Record<string, string | number | readonly string[]> {
    return Object.fromEntries([...this.#headers].map(([name, { value }]) => [name, value]))
  }

  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timer)
    if (listener) this.once('timeout', listener)
    if (milliseconds > 0) this.#timer = setTimeout(() => this.emit('timeout'), milliseconds)
    return this
  }
  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
  flushHeaders(): void {}
  abort(): void {
    this.aborted = true
    this.emit('abort')
    this.destroy()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }

  override _final(done: () => void): void {
    const { method, path: url } = this
    const headers = Object.fromEntries(
      [...this.#headers].map(([name, { value }]) => [
        name,
        Array.isArray(value) ? value.join(', ') : String(value),
      ]),
    )
    const body = Buffer.concat(this.#chunks)
    this.#abandon = this.#send({ method, origin: this.#origin, url, headers, body }, (answer) =>
      this.#answered(answer),
    )
    done()
  }

  #answered(answer: WireAnswer): void {
    clearTimeout(this.#timer)
    if (this.destroyed) return
    const response = messageOf(answer, this.socket)
    this.res = response
    // Nobody reads a response that nobody asked for.
    if (!this.emit('response', response)) response.resume()
    response.once('close', () => this.emit('close'))
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    this.#abandon()
    this.res?.destroy(error ?? undefined)
    done(error ?? (this.res ? null : Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })))
  }
}

function messageOf({ status, headers, body }: WireAnswer, socket: Socket): IncomingMessage {
  const message = new IncomingMessage(socket)
  message.statusCode = status
  message.statusMessage = STATUS_CODES[status] ?? ''
  message.httpVersion = '1.1'
  message.headers = headers
  message.rawHeaders = Object.entries(headers).flat()
  message.complete = true
  message.push(body)
  message.push(null)
  return message
}

function abortError(signal: AbortSignal | undefined): Error {
  return Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  })
}
