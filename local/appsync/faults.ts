import { RequestRefused } from './http/refusal.ts'

/** What goes wrong: AppSync throttles, fails, or is not there. */
export type FaultKind = 'throttled' | 'internal' | 'unavailable'

/** What a test wants to happen to some requests over HTTP and `start` frames. Without `times` it meets every one. */
export interface Fault {
  readonly kind: FaultKind
  /** How many requests it meets at most. */
  readonly times?: number
  /** The request is executed and its answer lost. */
  readonly after?: boolean
}

export interface Faults {
  /** The answer takes the fault away again. */
  inject(fault: Fault): () => void
  clear(): void
}

export interface ActiveFaults extends Faults {
  /** What is to be answered instead, before a request is executed or after it; undefined when nothing goes wrong. */
  meet(when: 'before' | 'after'): RequestRefused | undefined
}

/** What AppSync answers to throttled requests is not documented: this is what it says of throttled subscriptions. */
const refusals: Readonly<Record<FaultKind, RequestRefused>> = {
  throttled: new RequestRefused(429, 'LimitExceededError', 'Rate limit exceeded'),
  internal: new RequestRefused(500, 'InternalFailure', 'An internal failure occurred.'),
  unavailable: new RequestRefused(503, 'ServiceUnavailableException', 'The service is not available.'),
}

export function createFaults(): ActiveFaults {
  const active = new Set<{ fault: Fault; left: number }>()
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? Infinity }
      active.add(entry)
      return () => void active.delete(entry)
    },
    clear: () => active.clear(),
    meet(when) {
      for (const entry of active) {
        if ((entry.fault.after === true) !== (when === 'after')) continue
        if (--entry.left <= 0) active.delete(entry)
        return refusals[entry.fault.kind]
      }
      return undefined
    },
  }
}
