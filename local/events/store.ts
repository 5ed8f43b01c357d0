import { openStore, transaction } from '../aws/store.ts'
import type { Delivery } from './target.ts'

export interface PendingDelivery {
  readonly delivery: Delivery
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number
  /** Failed attempts so far. */
  readonly attempts: number
  /** Milliseconds since the epoch of the next attempt. */
  readonly due: number
}

/** When a schedule fires next. */
export interface Tick {
  /** The expression it was computed from. */
  readonly expression: string
  /** Milliseconds since the epoch that a rate counts from. */
  readonly anchor: number
  /** Undefined: never again. */
  readonly next?: number | undefined
}

export interface EventsStore {
  pending(): PendingDelivery[]
  add(pending: readonly PendingDelivery[]): void
  retry(id: string, attempts: number, due: number): void
  remove(id: string): void
  tick(arn: string): Tick | undefined
  /** Forgets the schedules below `prefix` that are not in `keep`. */
  forgetTicks(prefix: string, keep: readonly string[]): void
  /** Moves a schedule on and keeps what it set off, as one change. */
  saveTick(arn: string, tick: Tick, pending?: readonly PendingDelivery[]): void
  /** What EnableRule or DisableRule said, if the template still declares what it declared then. */
  enabled(arn: string, declared: boolean): boolean
  saveEnabled(arn: string, declared: boolean, enabled: boolean): void
  close(): void
}

const schema = `
  CREATE TABLE IF NOT EXISTS deliveries (
    id TEXT PRIMARY KEY, delivery TEXT NOT NULL, acceptedAt INTEGER NOT NULL, attempts INTEGER NOT NULL,
    due INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ticks (
    arn TEXT PRIMARY KEY, expression TEXT NOT NULL, anchor INTEGER NOT NULL, next INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rules (
    arn TEXT PRIMARY KEY, declared INTEGER NOT NULL, enabled INTEGER NOT NULL) WITHOUT ROWID;
`

/** Deliveries that are not done and when schedules fire, in `<folder>/events.db`. */
export function openEventsStore(folder: string): EventsStore {
  const db = openStore(folder, 'events')
  db.exec(schema)
  const all = db.prepare('SELECT * FROM deliveries ORDER BY due')
  const add = db.prepare('INSERT INTO deliveries VALUES (?, ?, ?, ?, ?)')
  const retry = db.prepare('UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM deliveries WHERE id = ?')
  const tick = db.prepare('SELECT expression, anchor, next FROM ticks WHERE arn = ?')
  const saveTick = db.prepare('INSERT OR REPLACE INTO ticks VALUES (?, ?, ?, ?)')
  const ticks = db.prepare('SELECT arn FROM ticks')
  const removeTick = db.prepare('DELETE FROM ticks WHERE arn = ?')
  const enabled = db.prepare('SELECT enabled FROM rules WHERE arn = ? AND declared = ?')
  const saveEnabled = db.prepare('INSERT OR REPLACE INTO rules VALUES (?, ?, ?)')

  function insert(pending: readonly PendingDelivery[]): void {
    for (const { delivery, acceptedAt, attempts, due } of pending)
      add.run(delivery.id, JSON.stringify(delivery), acceptedAt, attempts, due)
  }

  return {
    pending: () =>
      all.all().map((row) => ({
        delivery: JSON.parse(String(row.delivery)) as Delivery,
        acceptedAt: Number(row.acceptedAt),
        attempts: Number(row.attempts),
        due: Number(row.due),
      })),
    add: (pending) => transaction(db, () => insert(pending)),
    retry: (id, attempts, due) => void retry.run(attempts, due, id),
    remove: (id) => void remove.run(id),
    tick(arn) {
      const row = tick.get(arn)
      if (!row) return undefined
      const next = row.next === null ? undefined : Number(row.next)
      return { expression: String(row.expression), anchor: Number(row.anchor), next }
    },
    forgetTicks(prefix, keep) {
      for (const row of ticks.all())
        if (String(row.arn).startsWith(prefix) && !keep.includes(String(row.arn)))
          removeTick.run(String(row.arn))
    },
    saveTick: (arn, { expression, anchor, next }, pending = []) =>
      transaction(db, () => {
        insert(pending)
        saveTick.run(arn, expression, anchor, next ?? null)
      }),
    enabled(arn, declared) {
      const row = enabled.get(arn, Number(declared))
      return row ? row.enabled === 1 : declared
    },
    saveEnabled: (arn, declared, value) => void saveEnabled.run(arn, Number(declared), Number(value)),
    close: () => {
      if (db.isOpen) db.close()
    },
  }
}
