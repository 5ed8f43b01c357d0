import type { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../../aws/context.ts'
import type { Execution } from '../engine/execution.ts'
import { logEvents } from '../logging.ts'
import { untold, type Announcement, type ExecutionStatusChange } from './announcements.ts'
import { executionWriter } from './executions.ts'
import { createJournal, type Journal } from './journal.ts'
import type { Records } from './records.ts'

/** Histories kept, how many executions close between two looks at that, and milliseconds for which AWS keeps executions. */
const kept = { histories: 10_000, between: 1000, executions: 90 * 24 * 3600 * 1000 }

export interface Recorder {
  readonly journal: Journal
  nextId(): number
  /** Tells what was left untold, and forgets what is too old. */
  catchUp(): void
  close(): void
}

/** Brings executions to disk, and what then is to be known to log groups and to `onStatusChange`. */
export function createRecorder(
  db: DatabaseSync,
  context: CloudContext,
  read: Records,
  onStatusChange: (change: ExecutionStatusChange) => void,
): Recorder {
  let told = 0
  let closed = 0
  const writer = executionWriter(db, () => told)
  const journal = createJournal({
    save: (executions) => writer.save(executions),
    saved(executions, changes) {
      guarded(() => executions.forEach(log))
      changes.forEach(tell)
      closed += changes.filter(({ change }) => change.status !== 'RUNNING').length
      if (closed >= kept.between) prune()
    },
    later(again, error) {
      complain('write', error)
      context.clock.at(context.clock.now() + 1000, again)
    },
  })

  function complain(what: string, error: unknown): void {
    const input = { cause: String(error) }
    context.report({ at: context.clock.now(), service: 'states', what, error: 'InternalServerError', input })
  }

  function guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      complain('tell', error)
    }
  }

  function log(execution: Execution): void {
    const { events } = execution.unsaved
    if (events.length > 0) logEvents(context, execution, events, execution.lastEvent - events.length + 1)
  }

  function tell({ id, change }: Announcement): void {
    guarded(() => onStatusChange(change))
    told = Math.max(told, id)
  }

  function prune(): void {
    closed = 0
    guarded(() => read.prune(kept.histories, context.clock.now() - kept.executions))
  }

  return {
    journal,
    nextId: () => writer.nextId(),
    catchUp() {
      untold(db).forEach(tell)
      prune()
    },
    close() {
      journal.close()
      if (told > 0) db.prepare('DELETE FROM announcements WHERE id <= ?').run(told)
      db.close()
    },
  }
}
