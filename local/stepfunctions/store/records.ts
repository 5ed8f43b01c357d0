import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { select } from '../../aws/store.ts'
import type { Status } from '../engine/execution.ts'
import type { JsonObject } from '../json.ts'

/** An execution as the API describes it. Dates in milliseconds since the epoch. */
export interface ExecutionRecord {
  readonly id: number
  readonly machine: string
  readonly name: string
  readonly revision: number
  readonly status: Status
  readonly input: string
  readonly output: string | null
  readonly error: string | null
  readonly cause: string | null
  readonly start: number
  readonly stop: number | null
  readonly redrives: number
  readonly redriven: number | null
}

export interface EventRecord {
  readonly id: number
  readonly type: string
  readonly previous: number
  readonly at: number
  readonly details: JsonObject | null
}

export interface Records {
  find(machine: string, name: string): ExecutionRecord | undefined
  byId(id: number): ExecutionRecord | undefined
  running(): ExecutionRecord[]
  /** Newest first, those before number `before`. */
  list(filter: {
    machine: string
    status?: string
    redriven?: boolean
    before: number
    limit: number
  }): ExecutionRecord[]
  history(execution: number): EventRecord[]
  lastEvent(execution: number): number
  /**
   * Forgets histories beyond those of the `histories` executions that succeeded last, and as many that did not, and
   * executions that closed before `stopped`.
   */
  prune(histories: number, stopped: number): void
}

export function records(db: DatabaseSync): Records {
  const byName = select<ExecutionRecord>(db, 'SELECT * FROM executions WHERE machine = ? AND name = ?')
  const byId = select<ExecutionRecord>(db, 'SELECT * FROM executions WHERE id = ?')
  const running = select<ExecutionRecord>(db, "SELECT * FROM executions WHERE status = 'RUNNING' ORDER BY id")
  const events = db.prepare('SELECT first, events FROM history WHERE execution = ? ORDER BY first')
  const last = db.prepare('SELECT first, events FROM history WHERE execution = ? ORDER BY first DESC LIMIT 1')
  /** Up to which stop histories are gone already. */
  const pruned = new Map<string, number>()
  return {
    find: (machine, name) => byName.one(machine, name),
    byId: (id) => byId.one(id),
    running: () => running.all(),
    list({ machine, status, redriven, before, limit }) {
      const conditions = ['machine = ?', 'id < ?']
      const values: SQLInputValue[] = [machine, before]
      if (status !== undefined) {
        conditions.push('status = ?')
        values.push(status)
      }
      if (redriven !== undefined) conditions.push(redriven ? 'redrives > 0' : 'redrives = 0')
      const query = `SELECT * FROM executions WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`
      return select<ExecutionRecord>(db, query).all(...values, limit)
    },
    history: (execution) =>
      events.all(execution).flatMap((row) => unpack(Number(row.first), String(row.events))),
    lastEvent(execution) {
      const row = last.get(execution)
      return row ? (unpack(Number(row.first), String(row.events)).at(-1)?.id ?? 0) : 0
    },
    prune(histories, stopped) {
      for (const kind of ["status = 'SUCCEEDED'", "status <> 'SUCCEEDED'"]) {
        const closed = `FROM executions WHERE stop IS NOT NULL AND ${kind}`
        const oldest = db.prepare(`SELECT stop ${closed} ORDER BY stop DESC LIMIT 1 OFFSET ?`).get(histories)
        if (!oldest) continue
        const drop = db.prepare(
          `DELETE FROM history WHERE execution IN (SELECT id ${closed} AND stop <= ? AND stop >= ?)`,
        )
        drop.run(Number(oldest.stop), pruned.get(kind) ?? 0)
        pruned.set(kind, Number(oldest.stop))
      }
      const old = 'SELECT id FROM executions WHERE stop < ?'
      for (const table of ['history', 'threads'])
        db.prepare(`DELETE FROM ${table} WHERE execution IN (${old})`).run(stopped)
      db.prepare('DELETE FROM executions WHERE stop < ?').run(stopped)
    },
  }
}

type Row = readonly [type: string, previous: number, at: number, details: JsonObject | null]

function unpack(first: number, packed: string): EventRecord[] {
  const rows = JSON.parse(packed) as readonly Row[]
  return rows.map(([type, previous, at, details], index) => ({
    id: first + index,
    type,
    previous,
    at,
    details,
  }))
}
