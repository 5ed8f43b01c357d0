import { transaction } from '../../../aws/store.ts'
import type { EngineDatabase } from '../database.ts'

/** Milliseconds DynamoDB keeps a stream record. */
export const retention = 24 * 60 * 60_000
/** Rows removed at once. */
const slice = 1_000

/** Makes the SQL table of a stream's records, one after the other as they come. */
export function createStreamRows({ db }: EngineDatabase, rows: string): void {
  db.exec(
    `CREATE TABLE ${rows} (sequence INTEGER PRIMARY KEY, at INTEGER, event TEXT, keys TEXT, old TEXT, new TEXT, expired INTEGER)`,
  )
}

/** The records go with their stream, but their numbers are not given again. */
export function dropStreamRows(database: EngineDatabase, rows: string): void {
  keepSequence(database, rows)
  database.db.exec(`DROP TABLE ${rows}`)
  database.db.prepare('DELETE FROM counters WHERE name = ?').run(trimmed(rows))
}

/** Removes the records that are older than AWS keeps them. */
export async function trimStreams(database: EngineDatabase): Promise<void> {
  for (const name of [...database.tables.keys()])
    while (removeSlice(database, name)) await new Promise((resolve) => setImmediate(resolve))
}

/** Whether there may be more. Anything may have become of the table meanwhile. */
function removeSlice(database: EngineDatabase, name: string): boolean {
  const { db, clock, tables } = database
  const rows = tables.get(name)?.stream?.rows
  if (rows === undefined || !db.isOpen) return false
  const oldest = database.sql(`SELECT sequence, at FROM ${rows} ORDER BY sequence LIMIT ?`).all(slice)
  const last = oldest.findLast(({ at }) => Number(at) < clock.now() - retention)
  if (!last) return false
  transaction(db, () => {
    keepSequence(database, rows)
    const sequence = Number(last.sequence)
    db.prepare(`DELETE FROM ${rows} WHERE sequence <= ?`).run(sequence)
    db.prepare('INSERT OR REPLACE INTO counters VALUES (?, ?)').run(trimmed(rows), sequence)
  })
  return oldest.length === slice
}

/** The highest number of a stream's records that were trimmed. */
export function trimmedUpTo(database: EngineDatabase, rows: string): number {
  const kept = database.sql('SELECT value FROM counters WHERE name = ?').get(trimmed(rows))
  return Number(kept?.value ?? 0)
}

const trimmed = (rows: string): string => `trimmed ${rows}`

function keepSequence({ db }: EngineDatabase, rows: string): void {
  db.exec(
    `INSERT INTO counters SELECT 'sequence', MAX(sequence) FROM ${rows} WHERE true
     GROUP BY 1 HAVING MAX(sequence) IS NOT NULL
     ON CONFLICT DO UPDATE SET value = MAX(value, excluded.value)`,
  )
}
