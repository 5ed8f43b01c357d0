import type { WireAnswer, WireRequest } from './messages.ts'

/** Answers what functions ask of this process without a socket, as the ports would. */
export interface Wire {
  /** Where the ports are: `http://127.0.0.1:4566`. */
  readonly origins: readonly string[]
  /** Never rejects. `signal`: nobody waits for the answer any more. */
  answer(request: WireRequest, signal: AbortSignal): Promise<WireAnswer>
}

/** The requests of one sandbox that are being answered. */
export interface WireCalls {
  answer(call: number, request: WireRequest, done: (answer: WireAnswer) => void): void
  abandon(call: number): void
  /** The sandbox is gone. */
  abandonAll(): void
}

export function wireCalls(wire: Wire | undefined): WireCalls {
  const running = new Map<number, AbortController>()
  return {
    answer(call, request, done) {
      const abandoned = new AbortController()
      running.set(call, abandoned)
      void wire?.answer(request, abandoned.signal).then((answer) => {
        if (running.delete(call)) done(answer)
      })
    },
    abandon(call) {
      const abandoned = running.get(call)
      running.delete(call)
      abandoned?.abort()
    },
    abandonAll() {
      for (const abandoned of running.values()) abandoned.abort()
      running.clear()
    },
  }
}
