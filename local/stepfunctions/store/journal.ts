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

/** `save` writes all of the executions or none, and throws when it cannot; `later` arranges another try. */
export function createJournal(
  save: (executions: readonly Execution[]) => void,
  later: (again: () => void, error: unknown) => void,
): Journal {
  const touched = new Set<Execution>()
  let scheduled = false
  let closed = false

  function flush(): void {
    scheduled = false
    if (closed) return
    const batch = [...touched].filter((each) => !each.busy)
    if (batch.length === 0) return
    try {
      save(batch)
    } catch (error) {
      for (const { unsaved } of batch) {
        const refused = unsaved.effects.filter((each) => each.failed)
        unsaved.effects = unsaved.effects.filter((each) => !each.failed)
        for (const each of refused) each.failed?.(error)
      }
      later(schedule, error)
      return
    }
    for (const execution of batch) {
      touched.delete(execution)
      const { unsaved } = execution
      const { effects } = unsaved
      unsaved.effects = []
      unsaved.events = []
      unsaved.threads.clear()
      unsaved.row = 'saved'
      for (const effect of effects) effect.done()
    }
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
