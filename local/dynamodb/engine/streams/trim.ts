import { transaction } from '../../../aws/store.ts'
import type { EngineDatabase } from '../database.ts'

/** Milliseconds DynamoDB keeps a stream record. */
export const retention = 24 * 60 * 60_000
/** Rows removed at once. */
const slice = 1_000

/** Removes the records that are older than AWS keeps them. */
export async function trimStreams(database: EngineDatabase): Promise<void> {
  const streams = [...database.tables.values()].filter(({ stream }) => stream).map(({ rows }) => rows)
  for (const stream of streams)
    while (database.db.isOpen && removeSlice(database, stream))
      await new Promise((resolve) => setImmediate(resolve))
}

function removeSlice(database: EngineDatabase, stream: string): boolean {
  const { db, clock } = database
  return transaction(db, () => {
    const oldest = database
      .sql('SELECT sequence, at FROM stream_records WHERE stream = ? ORDER BY sequence LIMIT ?')
      .all(stream, slice)
    const last = oldest.findLast(({ at }) => Number(at) < clock.now() - retention)
    if (!last) return false
    keepSequence(database)
    const sequence = Number(last.sequence)
    db.prepare('DELETE FROM stream_records WHERE stream = ? AND sequence <= ?').run(stream, sequence)
    db.prepare('INSERT OR REPLACE INTO counters VALUES (?, ?)').run(trimmed(stream), sequence)
    return oldest.length === slice
  })
}

/** The highest number of a stream's records that were trimmed. */
export function trimmedUpTo({ sql }: EngineDatabase, stream: string): number {
  return Number(sql('SELECT value FROM counters WHERE name = ?').get(trimmed(stream))?.value ?? 0)
}

const trimmed = (stream: string): string => `trimmed ${stream}`

/** Numbers of records that are removed are not given again. */
export function keepSequence({ db }: EngineDatabase): void {
  db.exec(
    `INSERT INTO counters SELECT 'sequence', MAX(sequence) FROM stream_records WHERE true
     GROUP BY 1 HAVING MAX(sequence) IS NOT NULL
     ON CONFLICT DO UPDATE SET value = MAX(value, excluded.value)`,
  )
}
