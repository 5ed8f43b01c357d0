import type { DatabaseSync } from 'node:sqlite'
import { transaction } from '../../aws/store.ts'
import type { Execution, Thread } from '../engine/execution.ts'
import { statusChange, type Announcement, type ExecutionStatusChange } from './announcements.ts'

export interface ExecutionWriter {
  /** Writes what the executions have unsaved, all or nothing. Answers the status changes that are now to be told. */
  save(executions: readonly Execution[]): Announcement[]
  /** Number for the next execution. */
  nextId(): number
}

export function executionWriter(db: DatabaseSync, told: () => number): ExecutionWriter {
  const insert = db.prepare(
    'INSERT INTO executions (id, machine, name, revision, status, input, start) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const update = db.prepare(
    'UPDATE executions SET status = ?, output = ?, error = ?, cause = ?, stop = ?, redrives = ?, redriven = ? WHERE id = ?',
  )
  const putThread = db.prepare('INSERT OR REPLACE INTO threads (execution, id, body) VALUES (?, ?, ?)')
  const dropThread = db.prepare('DELETE FROM threads WHERE execution = ? AND id = ?')
  const putEvents = db.prepare('INSERT INTO history (execution, first, events) VALUES (?, ?, ?)')
  const announce = db.prepare('INSERT INTO announcements (body) VALUES (?)')
  const drop = db.prepare('DELETE FROM announcements WHERE id <= ?')
  let last = Number(db.prepare('SELECT COALESCE(MAX(id), 0) AS id FROM executions').get()?.id ?? 0)

  function saveOne(execution: Execution, changes: ExecutionStatusChange[]): void {
    const { unsaved, id, machine, name, revision, input, start, status } = execution
    if (unsaved.row === 'new') {
      insert.run(id, machine, name, revision.id, 'RUNNING', input, start)
      changes.push(statusChange(execution, 'RUNNING'))
    } else if (unsaved.row === 'changed' && status === 'RUNNING')
      changes.push(statusChange(execution, 'RUNNING'))
    if (status !== 'RUNNING' || unsaved.row === 'changed') {
      const {
        output = null,
        error = null,
        cause = null,
        stop = null,
        redriveCount,
        redrivenAt = null,
      } = execution
      update.run(status, output, error, cause, stop, redriveCount, redrivenAt, id)
      if (status !== 'RUNNING') changes.push(statusChange(execution, status))
    }
    for (const number of unsaved.threads) {
      const thread = execution.threads.get(number)
      if (thread) putThread.run(id, number, JSON.stringify(thread))
      else dropThread.run(id, number)
    }
    if (unsaved.events.length === 0) return
    const rows = unsaved.events.map(({ type, previous, at, details }) => [type, previous, at, details])
    putEvents.run(id, execution.lastEvent - unsaved.events.length + 1, JSON.stringify(rows))
  }

  return {
    nextId: () => ++last,
    save: (executions) =>
      transaction(db, () => {
        const changes: ExecutionStatusChange[] = []
        for (const execution of executions) saveOne(execution, changes)
        if (told() > 0) drop.run(told())
        return changes.map((change) => ({
          id: Number(announce.run(JSON.stringify(change)).lastInsertRowid),
          change,
        }))
      }),
  }
}

/** The threads of an execution as they were written last. */
export function readThreads(db: DatabaseSync, execution: number): Map<number, Thread> {
  const rows = db.prepare('SELECT body FROM threads WHERE execution = ? ORDER BY id').all(execution)
  const threads = rows.map((row) => JSON.parse(String(row.body)) as Thread)
  return new Map(threads.map((each) => [each.id, each]))
}
