import type { RequestRefused } from '../http/refusal.ts'

/** An error as a realtime frame carries it. */
export interface FrameError {
  readonly errorType?: string
  readonly message: string
  readonly errorCode?: number
}

/** A `start` that is answered with an `error` frame. */
export class StartRefused extends Error {
  readonly errors: readonly FrameError[]

  constructor(errors: readonly FrameError[]) {
    super(errors[0]?.message)
    this.errors = errors
  }
}

/** AppSync names what it was asked for: an operation's kind, or `unknown` for a frame it does not know. */
export const unsupportedOperation = (what: string): StartRefused =>
  new StartRefused([
    { errorType: 'UnsupportedOperation', message: `${what} not supported through the realtime channel` },
  ])

/** What clients wait for keep-alives at most, in milliseconds. */
const connectionTimeoutMs = 300_000

export const connectionAck = JSON.stringify({ type: 'connection_ack', payload: { connectionTimeoutMs } })
export const keepAlive = JSON.stringify({ type: 'ka' })
export const startAck = (id: string): string => JSON.stringify({ type: 'start_ack', id })
export const complete = (id: string): string => JSON.stringify({ type: 'complete', id })

/** `id` is empty for what belongs to no subscription. */
export const errorFrame = (id: string, errors: readonly FrameError[]): string =>
  JSON.stringify({ id, type: 'error', payload: { errors } })

export const connectionError = ({ errorType, message, status }: RequestRefused): string =>
  JSON.stringify({
    payload: { errors: [{ errorType, message, errorCode: status }] },
    type: 'connection_error',
  })

/** A client's frame. */
export interface ClientFrame {
  readonly type: string
  readonly id: string
  /** Of `start`: the GraphQL request as text. */
  readonly data: string
  /** Of `start`: the headers that authorize it, names in lower case. */
  readonly authorization: Readonly<Record<string, string>> | undefined
}

/** Reads a text frame; undefined for what is no JSON object with a type. */
export function clientFrame(text: string): ClientFrame | undefined {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return undefined
  }
  const type = member(frame, 'type')
  if (typeof type !== 'string') return undefined
  const [id, payload] = [member(frame, 'id'), member(frame, 'payload')]
  const data = member(payload, 'data')
  return {
    type,
    id: typeof id === 'string' ? id : '',
    data: typeof data === 'string' ? data : '',
    authorization: headersOf(member(member(payload, 'extensions'), 'authorization')),
  }
}

/** Headers that came as a JSON object, names in lower case; undefined when it is none. */
export function headersOf(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]): [string, string][] =>
      typeof text === 'string' ? [[name.toLowerCase(), text]] : [],
    ),
  )
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
