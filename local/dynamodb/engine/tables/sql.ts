import type { EngineDatabase, RowChange } from '../database.ts'
import { checkIndexKey, rowKey } from '../keys.ts'
import type { RowKey } from '../keys.ts'
import type { Item } from '../values.ts'
import type { Index, Table } from './table.ts'

/** Makes the SQL table of a table's items: `partition` and `sort` as in `keys.ts`, the item as JSON. */
export function createItemRows({ db }: EngineDatabase, rows: string): void {
  db.exec(
    `CREATE TABLE ${rows} (partition BLOB, sort BLOB, item TEXT NOT NULL, PRIMARY KEY (partition, sort)) WITHOUT ROWID`,
  )
}

/** Makes the SQL table of an index: its own key, and the key of the item. */
export function createIndexRows({ db }: EngineDatabase, rows: string): void {
  db.exec(
    `CREATE TABLE ${rows} (partition BLOB, sort BLOB, item_partition BLOB, item_sort BLOB, ` +
      'PRIMARY KEY (partition, sort, item_partition, item_sort)) WITHOUT ROWID',
  )
}

export function dropRows({ db }: EngineDatabase, rows: string): void {
  db.exec(`DROP TABLE ${rows}`)
}

/** Puts every item that has the index's key into it. AWS leaves out those whose key is of another type or empty. */
export function fillIndex(database: EngineDatabase, table: Table, index: Index): void {
  const items = database.db.prepare(`SELECT partition, sort, item FROM ${table.rows}`)
  const insert = database.db.prepare(insertion(index))
  for (const { partition, sort, item } of items.iterate()) {
    const key = indexKey(index, JSON.parse(String(item)) as Item)
    if (key) insert.run(key.partition, key.sort, partition ?? null, sort ?? null)
  }
}

function indexKey(index: Index, item: Item): RowKey | undefined {
  try {
    checkIndexKey(index, item)
  } catch {
    return undefined
  }
  return rowKey(index.key, item)
}

const insertion = ({ rows }: Index): string => `INSERT INTO ${rows} VALUES (?, ?, ?, ?)`

/** The changes of an index's rows when the item at `key` changes. */
export function indexChanges(
  database: EngineDatabase,
  index: Index,
  key: RowKey,
  before: Item | undefined,
  after: Item | undefined,
): RowChange[] {
  const old = before && rowKey(index.key, before)
  const fresh = after && rowKey(index.key, after)
  if (old && fresh && old.partition.equals(fresh.partition) && old.sort.equals(fresh.sort)) return []
  const changes: RowChange[] = []
  if (old)
    changes.push({
      statement: database.sql(
        `DELETE FROM ${index.rows} WHERE partition = ? AND sort = ? AND item_partition = ? AND item_sort = ?`,
      ),
      values: [old.partition, old.sort, key.partition, key.sort],
    })
  if (fresh)
    changes.push({
      statement: database.sql(insertion(index)),
      values: [fresh.partition, fresh.sort, key.partition, key.sort],
    })
  return changes
}
