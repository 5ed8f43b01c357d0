/** What the service hands a worker when it starts it. */
export interface SandboxData {
  /** `LAMBDA_TASK_ROOT`: the unpacked zip. */
  readonly root: string
  /** `index.handler`. */
  readonly handler: string
  readonly runtimeMajor: number
  /** URL of a file that finds the modules which Lambda's runtime brings along. */
  readonly runtime: string
  /** What answers at these origins answers by message, too. */
  readonly origins: readonly string[]
}

/** An HTTP request that needs no socket: whoever answers it lives in this process. */
export interface WireRequest {
  readonly method: string
  readonly origin: string
  /** Path and query. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What the service tells a worker. */
export type ServiceMessage =
  | ({ readonly kind: 'invoke' } & InvokeRequest)
  | ({ readonly kind: 'answer'; readonly call: number } & WireAnswer)

export interface InvokeRequest {
  readonly id: string
  /** The event, as JSON. */
  readonly payload: string
  readonly arn: string
  /** Milliseconds until the time-out. */
  readonly remaining: number
  readonly trace: string
  /** JSON. */
  readonly clientContext?: string | undefined
}

/** An error as Lambda gives it to the caller. */
export interface ErrorPayload {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

export type SandboxMessage =
  | ({ readonly kind: 'request'; readonly call: number } & WireRequest)
  /** Nobody waits for the answer to that request any more. */
  | { readonly kind: 'abandoned'; readonly call: number }
  | { readonly kind: 'ready' }
  /** The module failed to load; the worker ends after it. */
  | { readonly kind: 'initFailed'; readonly error: ErrorPayload }
  /** One log event. It travels with the answers, so it arrives before the answer of the invocation that wrote it. */
  | { readonly kind: 'log'; readonly at: number; readonly text: string }
  | { readonly kind: 'done'; readonly id: string; readonly payload: string; readonly heap: number }
  | { readonly kind: 'failed'; readonly id: string; readonly payload: string; readonly heap: number }
  /** The payload is no JSON. */
  | { readonly kind: 'unreadable'; readonly id: string; readonly message: string }
  /** An error that no invocation caught; the worker ends after it. */
  | { readonly kind: 'crashed'; readonly error: ErrorPayload }
