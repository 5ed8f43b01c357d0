import type { DatabaseSync } from 'node:sqlite'
import { openStore, select } from '../aws/store.ts'

/** How far a mapping got in a shard. Sequence numbers are compared by `sequenceOrder`. */
export interface Position {
  /** Every record up to this one is done; undefined: none. */
  readonly checkpoint?: string | undefined
  /** Records beyond the checkpoint that are done as well, by lane of the parallelization: up to this one. */
  readonly lanes: readonly (string | null)[]
}

/** An asynchronous event that was accepted and is not done. */
export interface AsyncEvent {
  readonly id: string
  readonly functionName: string
  readonly qualifier?: string | undefined
  readonly payload: string
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number
  /** Failed attempts so far. */
  readonly attempts: number
  /** Milliseconds since the epoch of the next attempt. */
  readonly due: number
}

export interface LambdaStore {
  position(mapping: string, shard: string): Position | undefined
  savePosition(mapping: string, shard: string, position: Position): void
  /** What UpdateEventSourceMapping said, if the template still declares what it declared then. */
  enabled(mapping: string, declared: boolean): boolean
  saveEnabled(mapping: string, declared: boolean, enabled: boolean): void
  events(): AsyncEvent[]
  addEvent(event: AsyncEvent): void
  retryEvent(id: string, attempts: number, due: number): void
  removeEvent(id: string): void
  close(): void
}

type EventRow = Omit<AsyncEvent, 'qualifier'> & { readonly qualifier: string | null }

const schema = `
  CREATE TABLE IF NOT EXISTS positions (
    mapping TEXT, shard TEXT, position TEXT NOT NULL, PRIMARY KEY (mapping, shard)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS mappings (
    mapping TEXT PRIMARY KEY, declared INTEGER NOT NULL, enabled INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, functionName TEXT NOT NULL, qualifier TEXT, payload TEXT NOT NULL,
    acceptedAt INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL) WITHOUT ROWID;
`

/** What Lambda must not forget, in `<folder>/lambda.db`. */
export function openLambdaStore(folder: string): LambdaStore {
  const db: DatabaseSync = openStore(folder, 'lambda')
  db.exec(schema)
  const position = select<{ position: string }>(
    db,
    'SELECT position FROM positions WHERE mapping = ? AND shard = ?',
  )
  const savePosition = db.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?)')
  const enabled = select<{ enabled: number }>(
    db,
    'SELECT enabled FROM mappings WHERE mapping = ? AND declared = ?',
  )
  const saveEnabled = db.prepare('INSERT OR REPLACE INTO mappings VALUES (?, ?, ?)')
  const events = select<EventRow>(db, 'SELECT * FROM events ORDER BY due')
  const addEvent = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)')
  const retryEvent = db.prepare('UPDATE events SET attempts = ?, due = ? WHERE id = ?')
  const removeEvent = db.prepare('DELETE FROM events WHERE id = ?')
  return {
    position(mapping, shard) {
      const row = position.one(mapping, shard)
      return row && (JSON.parse(row.position) as Position)
    },
    savePosition: (mapping, shard, value) => void savePosition.run(mapping, shard, JSON.stringify(value)),
    enabled(mapping, declared) {
      const row = enabled.one(mapping, Number(declared))
      return row ? row.enabled === 1 : declared
    },
    saveEnabled: (mapping, declared, value) => void saveEnabled.run(mapping, Number(declared), Number(value)),
    events: () => events.all().map((row) => ({ ...row, qualifier: row.qualifier ?? undefined })),
    addEvent: (event) =>
      void addEvent.run(
        event.id,
        event.functionName,
        event.qualifier ?? null,
        event.payload,
        event.acceptedAt,
        event.attempts,
        event.due,
      ),
    retryEvent: (id, attempts, due) => void retryEvent.run(attempts, due, id),
    removeEvent: (id) => void removeEvent.run(id),
    close: () => {
      if (db.isOpen) db.close()
    },
  }
}
