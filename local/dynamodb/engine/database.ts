import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Clock } from '../../aws/clock.ts'
import type { Place } from '../../aws/place.ts'
import { transaction } from '../../aws/store.ts'
import { tableNotFound } from './errors.ts'
import type { Table } from './tables/table.ts'

/** A change of one row, planned. */
export interface RowChange {
  readonly statement: StatementSync
  readonly values: readonly SQLInputValue[]
}

/** What every operation works on: the file, and what there is to know of its tables. */
export interface EngineDatabase {
  readonly place: Place
  readonly clock: Clock
  readonly db: DatabaseSync
  /** A prepared statement, kept for the next time. */
  readonly sql: (text: string) => StatementSync
  /** Carries out what was planned: all of it or nothing, and durably. */
  readonly commit: (changes: readonly RowChange[]) => void
  /** Every table by name. */
  readonly tables: ReadonlyMap<string, Table>
  /** The number of the next stream record, which no record of any stream ever had. */
  readonly nextSequence: () => number
  /** Keeps `table` in its new form, or forgets it, together with `work` on the file. */
  readonly alter: (name: string, table: Table | undefined, work: () => void) => void
  /** A name for an SQL table that never was one. */
  readonly newRows: () => string
}

const schema = `
  CREATE TABLE IF NOT EXISTS tables (name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, request TEXT, at INTEGER) WITHOUT ROWID;
`

export function openEngineDatabase(db: DatabaseSync, place: Place, clock: Clock): EngineDatabase {
  // One process holds the data folder: without a lock per statement a write costs some third less.
  db.exec('PRAGMA locking_mode = exclusive; PRAGMA cache_size = -8000')
  db.exec(schema)
  const statements = new Map<string, StatementSync>()
  const sql = (text: string): StatementSync => {
    const known = statements.get(text)
    if (known) return known
    const prepared = db.prepare(text)
    statements.set(text, prepared)
    return prepared
  }
  const tables = new Map<string, Table>()
  for (const { name, definition } of sql('SELECT name, definition FROM tables').all())
    tables.set(String(name), JSON.parse(String(definition)) as Table)
  let sequence = lastSequence(sql, [...tables.values()])

  return {
    place,
    clock,
    db,
    sql,
    tables,
    nextSequence: () => ++sequence,
    commit(changes) {
      const run = ({ statement, values }: RowChange): void => void statement.run(...values)
      const [first, ...others] = changes
      if (first && others.length === 0) run(first)
      else if (first) transaction(db, () => changes.forEach(run))
    },
    alter(name, table, work) {
      transaction(db, () => {
        work()
        if (table) sql('INSERT OR REPLACE INTO tables VALUES (?, ?)').run(name, JSON.stringify(table))
        else sql('DELETE FROM tables WHERE name = ?').run(name)
      })
      statements.clear()
      if (table) tables.set(name, table)
      else tables.delete(name)
    },
    newRows: () => `rows_${count(sql, 'rows')}`,
  }
}

/** The table of a data operation, whose errors do not name it. */
export function tableNamed({ tables }: EngineDatabase, name: string): Table {
  const table = tables.get(name)
  if (!table) throw tableNotFound()
  return table
}

function count(sql: EngineDatabase['sql'], counter: string): number {
  const counted = sql(
    'INSERT INTO counters VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value',
  ).get(counter)
  return Number(counted?.value)
}

/** The highest number that a record of any stream has or had. */
function lastSequence(sql: EngineDatabase['sql'], tables: readonly Table[]): number {
  const kept = sql("SELECT value FROM counters WHERE name = 'sequence'").get()?.value
  const highest = tables.map(({ stream }) =>
    stream ? Number(sql(`SELECT MAX(sequence) AS last FROM ${stream.rows}`).get()?.last ?? 0) : 0,
  )
  return Math.max(Number(kept ?? 0), ...highest)
}
