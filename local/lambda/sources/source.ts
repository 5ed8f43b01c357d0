import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Principal } from '../../aws/principal.ts'
import type { Functions } from '../functions.ts'
import type { Mapping } from './mapping.ts'

/** What reads one event source and invokes its function until it is stopped. */
export interface Source {
  /** Reads no more; done when the batches that are under way are. */
  stop(): Promise<void>
}

export interface SourceContext {
  readonly context: CloudContext
  readonly functions: Functions
  readonly mapping: Mapping
  /** Remembers how the last reading or invocation went. */
  readonly noteResult: (result: string) => void
}

/** Lambda reads a source with the function's own role. */
export function principalOf({ functions, mapping }: SourceContext): Principal {
  const { configuration } = functions.resolve(mapping.target)
  return { kind: 'role', roleArn: configuration.role, session: configuration.name }
}

/** Resolves after `ms` on the cloud's clock, or as soon as `signal` fires. */
export function pause({ clock }: CloudContext, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.at(clock.now() + ms, end)
    signal.addEventListener('abort', end)
  })
}

/** Milliseconds before the attempt after `failures` failed ones: doubles up to `most`. */
export function backoff(failures: number, first: number, most: number): number {
  return Math.min(most, first * 2 ** Math.min(failures - 1, 20))
}

/** Tells of a failed reading, and says it as `LastProcessingResult` does. */
export function noteProblem(source: SourceContext, error: unknown): void {
  const { context, mapping } = source
  const message = error instanceof Error ? error.message : String(error)
  source.noteResult(`PROBLEM: ${message}`)
  context.report({
    at: context.clock.now(),
    service: 'lambda',
    what: 'PollEventSource',
    subject: mapping.sourceArn,
    input: { uuid: mapping.uuid, message },
    error: error instanceof AwsError ? error.code : 'Error',
  })
}

export function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TooManyRequestsException'
}
