import { OrdersError, type GraphQLProblem } from './errors.ts'
import type { Access } from './http.ts'
import { pauseBefore } from './pause.ts'
import { randomId } from './random-id.ts'
import { realtimeUrl } from './realtime-url.ts'

/** What a subscriber is told. */
export interface Listener<Data> {
  /** The service has the subscription: what happens from now on will come, until the connection breaks. Again after each reconnect. */
  live(): void
  event(data: Data): void
  /** The subscription is over and will not come back. */
  failed(error: OrdersError): void
}

interface Started {
  readonly query: string
  readonly variables: object
  readonly listener: Listener<unknown>
  /** The service has it, on the connection there is now. */
  live: boolean
}

interface Frame {
  readonly type: string
  readonly id?: string
  readonly payload?: { data?: unknown; errors?: GraphQLProblem[]; connectionTimeoutMs?: number }
}

/** How long (ms) the service may take to greet, and how long it may be silent unless it says otherwise. */
const patience = { greeting: 15_000, silence: 300_000 }
const reconnectPause = { first: 200, longest: 10_000 }

function isFinal(problems: readonly GraphQLProblem[]): boolean {
  return problems.some(({ errorType }) => /Unauthorized|BadRequest|Forbidden/.test(errorType ?? ''))
}

/** What AppSync answers when it is asked too often, or is not well: the same may be asked again. */
function isPassing(problems: readonly GraphQLProblem[]): boolean {
  return problems.some(({ errorType }) =>
    /LimitExceeded|Throttl|InternalFailure|ServiceUnavailable/.test(errorType ?? ''),
  )
}

/** What AppSync answers to a start of what it has, or is about to. */
function isDuplicate(problems: readonly GraphQLProblem[]): boolean {
  return problems.some(({ errorType }) => errorType?.startsWith('DuplicatedOperation'))
}

/**
 * One WebSocket that carries many subscriptions in AppSync's own `graphql-ws` dialect and reconnects by itself.
 * Source: AWS AppSync developer guide, "Building a real-time WebSocket client".
 */
export class Connection {
  readonly #access: Access
  readonly #started = new Map<string, Started>()
  #socket: WebSocket | undefined
  #greeted = false
  #failures = 0
  #refusals = 0
  #startsAgain = false
  #silence: ReturnType<typeof setTimeout> | undefined
  #longestSilence = patience.silence

  constructor(access: Access) {
    this.#access = access
  }

  /** How many subscriptions it carries. */
  get size(): number {
    return this.#started.size
  }

  /** Starts a subscription; the answer ends it. */
  subscribe<Data>(query: string, variables: object, listener: Listener<Data>): () => void {
    const id = randomId()
    this.#started.set(id, { query, variables, listener, live: false })
    if (this.#socket === undefined) this.#connect()
    else if (this.#greeted) this.#start(id)
    return () => {
      if (!this.#started.delete(id)) return
      // One that is still being made waits: browsers warn of a socket that is closed before it is open.
      if (!this.#greeted) return
      this.#send({ type: 'stop', id })
      if (this.#started.size === 0) this.#close()
    }
  }

  #connect(): void {
    const host = new URL(this.#access.endpoint).host
    const header = btoa(JSON.stringify({ host, 'x-api-key': this.#access.apiKey }))
    const token = header.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
    const socket = new WebSocket(realtimeUrl(this.#access.endpoint), ['graphql-ws', `header-${token}`])
    this.#socket = socket
    this.#listenFor(patience.greeting)
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket) this.#receive(JSON.parse(String(data)) as Frame)
    })
    socket.addEventListener('close', () => {
      if (this.#socket === socket) void this.#reconnect()
    })
  }

  async #reconnect(): Promise<void> {
    this.#close()
    this.#failures += 1
    await pauseBefore(this.#failures, reconnectPause)
    if (this.#started.size > 0 && this.#socket === undefined) this.#connect()
  }

  #receive(frame: Frame): void {
    this.#listenFor(this.#longestSilence)
    const started = frame.id === undefined ? undefined : this.#started.get(frame.id)
    const problems = frame.payload?.errors ?? []
    switch (frame.type) {
      case 'connection_ack':
        this.#greeted = true
        this.#longestSilence = frame.payload?.connectionTimeoutMs ?? patience.silence
        for (const id of this.#started.keys()) this.#start(id)
        if (this.#started.size === 0) this.#close()
        break
      case 'start_ack':
        this.#failures = 0
        this.#refusals = 0
        if (started === undefined) break
        started.live = true
        started.listener.live()
        break
      case 'data':
        if (frame.payload?.data !== undefined) started?.listener.event(frame.payload.data)
        break
      case 'error':
        if (isDuplicate(problems)) break
        if (started !== undefined) started.live = false
        if (isPassing(problems)) void this.#startAgain()
        else if (frame.id !== undefined) this.#fail(frame.id, problems)
        break
      case 'complete':
        if (frame.id !== undefined && started !== undefined) this.#start(frame.id)
        break
      case 'connection_error':
        if (isFinal(problems)) for (const id of [...this.#started.keys()]) this.#fail(id, problems)
        break
    }
  }

  #start(id: string): void {
    const started = this.#started.get(id)
    if (started === undefined) return
    started.live = false
    const { query, variables } = started
    const authorization = { host: new URL(this.#access.endpoint).host, 'x-api-key': this.#access.apiKey }
    const data = JSON.stringify({ query, variables })
    this.#send({ type: 'start', id, payload: { data, extensions: { authorization } } })
  }

  /** Starts what the service does not have: when it throttles, it does not say which start it refused. */
  async #startAgain(): Promise<void> {
    if (this.#startsAgain) return
    this.#startsAgain = true
    this.#refusals += 1
    await pauseBefore(this.#refusals, reconnectPause)
    this.#startsAgain = false
    if (!this.#greeted) return
    for (const [id, { live }] of this.#started) if (!live) this.#start(id)
  }

  #fail(id: string, problems: readonly GraphQLProblem[]): void {
    const started = this.#started.get(id)
    this.#started.delete(id)
    if (this.#started.size === 0) this.#close()
    started?.listener.failed(OrdersError.from(problems))
  }

  #send(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  #listenFor(milliseconds: number): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => void this.#reconnect(), milliseconds)
  }

  #close(): void {
    clearTimeout(this.#silence)
    const socket = this.#socket
    this.#socket = undefined
    this.#greeted = false
    socket?.close()
  }
}
