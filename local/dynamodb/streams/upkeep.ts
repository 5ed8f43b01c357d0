import { DatabaseSync } from 'node:sqlite'

/** Milliseconds DynamoDB keeps a stream record. */
const retention = 24 * 60 * 60_000
/** Rows removed at once: the database waits meanwhile. */
const slice = 1_000

/**
 * dynoxide looks up a table's highest sequence number with every write, which without this index reads all records
 * of the stream.
 */
export function indexStreamRecords(dbPath: string): void {
  withDatabase(dbPath, (db) =>
    db.exec(
      'CREATE INDEX IF NOT EXISTS stream_order ON _stream_records(table_name, CAST(sequence_number AS INTEGER))',
    ),
  )
}

/**
 * Removes records older than AWS keeps them; `now` in milliseconds since the epoch. A table's newest record stays
 * whatever its age: the next sequence number is counted from it.
 */
export async function trimStreamRecords(dbPath: string, now: number): Promise<void> {
  const oldest = Math.floor((now - retention) / 1000)
  while (removeSlice(dbPath, oldest) > 0) await new Promise((resolve) => setImmediate(resolve))
}

function removeSlice(dbPath: string, oldest: number): number {
  return withDatabase(dbPath, (db) => {
    const remove = db.prepare(`
      DELETE FROM _stream_records WHERE id IN (
        SELECT id FROM (SELECT * FROM _stream_records ORDER BY id LIMIT ${slice}) AS old
        WHERE created_at < ? AND EXISTS (
          SELECT 1 FROM _stream_records AS newer
          WHERE newer.table_name = old.table_name
            AND CAST(newer.sequence_number AS INTEGER) > CAST(old.sequence_number AS INTEGER)))`)
    return Number(remove.run(oldest).changes)
  })
}

function withDatabase<T>(dbPath: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(dbPath)
  try {
    db.exec('PRAGMA busy_timeout = 5000')
    return work(db)
  } finally {
    db.close()
  }
}
