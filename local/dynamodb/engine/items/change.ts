import { sameItem } from '../compare.ts'
import type { EngineDatabase, RowChange } from '../database.ts'
import type { RowKey } from '../keys.ts'
import { recordChange } from '../streams/write.ts'
import { indexChanges } from '../tables/sql.ts'
import type { Table } from '../tables/table.ts'
import type { Item } from '../values.ts'

/** An item as it is kept. */
export interface Stored {
  readonly item: Item
  readonly json: string
}

/** What is to become of one item. */
export interface Change {
  readonly table: Table
  readonly key: RowKey
  readonly before: Stored | undefined
  /** Undefined: it goes. */
  readonly after: Item | undefined
  /** It goes because it expired. */
  readonly expired?: boolean
}

export function readStored({ sql }: EngineDatabase, { rows }: Table, key: RowKey): Stored | undefined {
  const row = sql(`SELECT item FROM ${rows} WHERE partition = ? AND sort = ?`).get(key.partition, key.sort)
  if (!row) return undefined
  const json = String(row.item)
  return { json, item: JSON.parse(json) as Item }
}

/** The row changes of a change: of the item, its indexes and its table's stream. None if it stays as it is. */
export function rowChanges(database: EngineDatabase, change: Change): RowChange[] {
  const { table, key, before, after } = change
  if (!before && !after) return []
  const json = after && JSON.stringify(after)
  if (before && json !== undefined && (json === before.json || sameItem(before.item, after ?? {}))) return []
  return [
    itemChange(database, table, key, json),
    ...table.indexes.flatMap((index) => indexChanges(database, index, key, before?.item, after)),
    ...recordChange(database, change, json),
  ]
}

function itemChange(
  { sql }: EngineDatabase,
  { rows }: Table,
  key: RowKey,
  json: string | undefined,
): RowChange {
  if (json === undefined)
    return {
      statement: sql(`DELETE FROM ${rows} WHERE partition = ? AND sort = ?`),
      values: [key.partition, key.sort],
    }
  return {
    statement: sql(`INSERT INTO ${rows} VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET item = excluded.item`),
    values: [key.partition, key.sort, json],
  }
}
