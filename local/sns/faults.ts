import { AwsError } from '../aws/error.ts'

export interface Faults {
  /** Makes the next publishes fail: `InternalError` (500) or `Throttled` (429). */
  failPublish(times: number, code?: 'InternalError' | 'Throttled'): void
  /** Throws if one is due. */
  check(): void
}

/** Faults that tests inject. */
export function createFaults(): Faults {
  let left = 0
  let error = new AwsError('InternalError', '')
  return {
    failPublish(times, code = 'InternalError') {
      left = times
      error =
        code === 'Throttled'
          ? new AwsError('Throttled', 'Rate exceeded', { status: 429 })
          : new AwsError('InternalError', 'An internal error occurred', { status: 500 })
    },
    check() {
      if (left === 0) return
      left -= 1
      throw error
    },
  }
}
