import type { Clock } from '../aws/clock.ts'

interface Poll {
  /** Takes what there is; undefined when there is nothing yet. */
  readonly attempt: () => unknown
  readonly resolve: (got: unknown) => void
  readonly reject: (error: unknown) => void
  readonly forget: () => void
}

interface Line {
  readonly polls: Set<Poll>
  /** Cancels the alarm for the next message that becomes visible by itself. */
  cancelAlarm: () => void
  waking: boolean
}

export type Polls = ReturnType<typeof createPolls>

/**
 * Receives that wait. They cost nothing while they wait: they are woken when a message came (`wake`), when one that
 * was hidden becomes visible (`nextVisible`), at their end, and when the caller hangs up.
 */
export function createPolls(clock: Clock, nextVisible: (queue: string, after: number) => number | undefined) {
  const lines = new Map<string, Line>()

  function lineOf(queue: string): Line {
    const line = lines.get(queue) ?? { polls: new Set<Poll>(), cancelAlarm: () => undefined, waking: false }
    lines.set(queue, line)
    return line
  }

  function serve(queue: string, line: Line): void {
    line.waking = false
    // Read before the attempts: what becomes visible while they run is looked at again, never slept over.
    const before = clock.now()
    for (const poll of line.polls) {
      try {
        const got = poll.attempt()
        if (got === undefined) break
        poll.forget()
        poll.resolve(got)
      } catch (error) {
        poll.forget()
        poll.reject(error)
      }
    }
    line.cancelAlarm()
    line.cancelAlarm = () => undefined
    if (line.polls.size === 0) return
    const at = nextVisible(queue, before)
    if (at !== undefined) line.cancelAlarm = clock.at(at, () => serve(queue, line))
  }

  return {
    /** Looks again soon on behalf of those that wait; sends of the same moment are served together. */
    wake(queue: string): void {
      const line = lines.get(queue)
      if (!line || line.polls.size === 0 || line.waking) return
      line.waking = true
      setImmediate(() => serve(queue, line))
    },
    /** Resolves with what `attempt` got, or undefined at `until` or when `signal` fires. */
    wait<T>(
      queue: string,
      until: number,
      attempt: () => T | undefined,
      signal?: AbortSignal,
    ): Promise<T | undefined> {
      if (signal?.aborted) return Promise.resolve(undefined)
      return new Promise((resolve, reject) => {
        const line = lineOf(queue)
        const end = (): void => {
          poll.forget()
          resolve(undefined)
        }
        const cancelEnd = clock.at(until, end)
        const forget = (): void => {
          line.polls.delete(poll)
          cancelEnd()
          signal?.removeEventListener('abort', end)
        }
        const poll: Poll = { attempt, resolve: (got) => resolve(got as T), reject, forget }
        signal?.addEventListener('abort', end)
        line.polls.add(poll)
        this.wake(queue)
      })
    },
    /** Ends all waiting, empty-handed. */
    stop(): void {
      for (const line of lines.values()) {
        line.cancelAlarm()
        for (const poll of line.polls) {
          poll.forget()
          poll.resolve(undefined)
        }
      }
      lines.clear()
    },
  }
}
