import type { Execution } from '../engine/execution.ts'

/** Collects what executions changed and writes it, all of one turn of the event loop in one transaction. */
export interface Journal {
  /** The execution has something to write. */
  touch(execution: Execution): void
  /** Writes now. Nothing of a step that is halfway is written. */
  flush(): void
  /** Writes a last time. */
  close(): void
}

interface Disk<T> {
  /** Writes all of the executions or none; throws when it cannot. */
  readonly save: (executions: readonly Execution[]) => T
  /** Learns what was written. Must not throw. */
  readonly saved: (executions: readonly Execution[], written: T) => void
  /** Arranges another try. */
  readonly later: (again: () => void, error: unknown) => void
}

export function createJournal<T>(disk: Disk<T>): Journal {
  const touched = new Set<Execution>()
  let scheduled = false
  let closed = false

  function flush(): void {
    scheduled = false
    if (closed) return
    const batch = [...touched].filter((each) => !each.busy)
    if (batch.length === 0) return
    let written: T
    try {
      written = disk.save(batch)
    } catch (error) {
      batch.forEach((each) => refuse(each, error))
      disk.later(schedule, error)
      return
    }
    disk.saved(batch, written)
    for (const execution of batch) touched.delete(execution)
    batch.flatMap(settled).forEach((done) => done())
  }

  function schedule(): void {
    if (scheduled || closed) return
    scheduled = true
    setImmediate(flush)
  }

  return {
    touch(execution) {
      touched.add(execution)
      schedule()
    },
    flush,
    close() {
      flush()
      closed = true
    },
  }
}

/** Tells those who wait for an acknowledgement; the rest waits until it can be written. */
function refuse({ unsaved }: Execution, error: unknown): void {
  const refused = unsaved.effects.filter((each) => each.failed)
  unsaved.effects = unsaved.effects.filter((each) => !each.failed)
  for (const each of refused) each.failed?.(error)
}

/** Nothing is left to write; answers what was to be done then. */
function settled({ unsaved }: Execution): (() => void)[] {
  const { effects } = unsaved
  unsaved.effects = []
  unsaved.events = []
  unsaved.threads.clear()
  unsaved.row = 'saved'
  return effects.map((each) => each.done)
}
