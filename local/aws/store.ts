import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/**
 * Opens `<folder>/<name>.db`. With a write-ahead log and `synchronous = normal` a committed statement survives the
 * death of the process at any moment (the log is in the page cache by then) without an fsync per commit.
 */
export function openStore(folder: string, name: string): DatabaseSync {
  const file = join(folder, `${name}.db`)
  const db = new DatabaseSync(file)
  try {
    db.exec('PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA busy_timeout = 1000')
    return db
  } catch (error) {
    db.close()
    throw new Error(`${file} is broken (${(error as Error).message}): forget the data folder with --reset.`, {
      cause: error,
    })
  }
}

/** A query whose rows are of one shape. */
export interface Selection<Row> {
  /** The first row; undefined when there is none. */
  one(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
}

/** Prepares a query. That its columns are those of `Row` is its caller's word: nothing checks it. */
export function select<Row>(db: DatabaseSync, sql: string): Selection<Row> {
  const statement = db.prepare(sql)
  return {
    one: (...values) => statement.get(...values) as Row | undefined,
    all: (...values) => statement.all(...values) as Row[],
  }
}

/** Runs `work` as one transaction: all of its statements or none. Must not await. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk has rolled back by itself.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
