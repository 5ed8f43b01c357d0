import type { Clock } from '../aws/clock.ts'
import type { LogStore, NewEvent } from './logStore.ts'

export type Listener = (events: readonly NewEvent[]) => void

/** Milliseconds for which events are gathered into one transaction. */
const gatherFor = 20
/** CloudWatch Logs takes no longer events. */
const longestEvent = 1_048_576 - 26
const trimEvery = 5_000

export interface Writer {
  readonly write: (group: string, stream: string, message: string, at: number) => void
  /** Makes everything written so far readable. */
  readonly flush: () => void
  readonly onEvents: (listener: Listener) => void
  /** Flushes, then takes nothing more: services that stop later may still log. */
  readonly stop: () => void
}

/**
 * Writes events in batches: a busy function logs thousands of lines a second. A kill may lose the last 20 ms of
 * lines; nothing but people and metrics reads them.
 */
export function createWriter(store: LogStore, clock: Clock): Writer {
  const listeners: Listener[] = []
  let pending: NewEvent[] = []
  let timer: NodeJS.Timeout | undefined
  let sinceTrim = 0
  let stopped = false

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (pending.length === 0) return
    const batch = pending
    pending = []
    store.append(batch, clock.now())
    for (const listener of listeners) listener(batch)
    sinceTrim += batch.length
    if (sinceTrim >= trimEvery) {
      sinceTrim = 0
      store.trim()
    }
  }

  function write(group: string, stream: string, message: string, at: number): void {
    if (stopped) return
    pending.push({ group, stream, message: message.slice(0, longestEvent), at })
    timer ??= setTimeout(flush, gatherFor).unref()
  }

  return {
    write,
    flush,
    onEvents: (listener: Listener): void => void listeners.push(listener),
    stop(): void {
      flush()
      stopped = true
    },
  }
}
