import type { DatabaseSync } from 'node:sqlite'
import { record, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'

/** Remembers which items the time to live removed, so that their stream records can say so. */
export interface Expired {
  /** `now` in seconds since the epoch. To be called before the item is deleted. */
  remember(table: string, key: Input, now: number): void
  /** Whether this REMOVE record (its `dynamodb` member) is of such an item. */
  has(table: string, change: Input): boolean
}

/** Seconds a stream record can be read. */
const retention = 24 * 60 * 60

export function expiredItems(store: DatabaseSync): Expired {
  store.exec(
    'CREATE TABLE IF NOT EXISTS expired (table_name TEXT, key TEXT, at INTEGER, PRIMARY KEY (table_name, key)) WITHOUT ROWID',
  )
  const put = store.prepare('INSERT OR REPLACE INTO expired VALUES (?, ?, ?)')
  const get = store.prepare('SELECT at FROM expired WHERE table_name = ? AND key = ?')
  const forget = store.prepare('DELETE FROM expired WHERE at < ?')
  return {
    remember(table, key, now) {
      forget.run(now - retention)
      put.run(table, canonical(key), now)
    },
    has(table, change) {
      const key = record(change.Keys)
      return key !== undefined && get.get(table, canonical(key)) !== undefined
    },
  }
}

/** Attributes come in any order. */
function canonical(key: Input): string {
  const attributes = Object.entries(key).sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify(attributes.map(([name, value]) => [name, scalar(value)]))
}

function scalar(value: unknown): unknown {
  const attribute = record(value) ?? {}
  return text(attribute, 'S') ?? text(attribute, 'N') ?? text(attribute, 'B')
}
