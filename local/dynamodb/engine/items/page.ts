import type { SQLInputValue } from 'node:sqlite'
import { flag, number, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { consumedCapacity, readUnits, wantsCapacity } from '../capacity.ts'
import type { EngineDatabase } from '../database.ts'
import { holds } from '../expressions/evaluate.ts'
import type { Expressions } from '../expressions/read.ts'
import type { RowKey } from '../keys.ts'
import { itemSize } from '../sizes.ts'
import { keysOf } from '../streams/write.ts'
import type { Index, Table } from '../tables/table.ts'
import type { Item } from '../values.ts'
import { positionNames } from './select.ts'
import type { Shape } from './select.ts'

/** Bytes of items a page reads at most, before the filter. */
const pageBytes = 1024 * 1024

/** Where to read: limits on the columns `partition` and `sort` of the rows, and the row to go on after. */
export interface Walk {
  readonly table: Table
  readonly index: Index | undefined
  /** SQL conditions on `r`, and their values. */
  readonly limits: readonly { readonly sql: string; readonly value: SQLInputValue }[]
  readonly after: Position | undefined
  readonly backward: boolean
}

/** A row's place; in an index together with its item's. */
export interface Position {
  readonly row: RowKey
  readonly item: RowKey
}

/** Reads one page of a Query or Scan and answers it. */
export function readPage(
  database: EngineDatabase,
  input: Input,
  walk: Walk,
  expressions: Expressions,
  shape: Shape,
): object {
  const { table, index } = walk
  const { FilterExpression: filter, scope } = expressions
  const limit = number(input, 'Limit') ?? Infinity
  const items: Item[] = []
  let size = 0
  let scanned = 0
  let count = 0
  let last: Item | undefined
  for (const json of rowsOf(database, walk)) {
    const whole = JSON.parse(json) as Item
    const item = shape.inIndex(whole)
    scanned++
    size += itemSize(item)
    if (!filter || holds(filter.condition, item, scope)) {
      count++
      if (!shape.countOnly) items.push(shape.answered(item))
    }
    if (scanned < limit && size < pageBytes) continue
    last = whole
    break
  }
  return {
    ...(!shape.countOnly && { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(last && { LastEvaluatedKey: keysOf(positionNames(table, index), last) }),
    ...(wantsCapacity(input) && { ConsumedCapacity: capacity(input, table, index, size) }),
  }
}

function* rowsOf({ sql }: EngineDatabase, walk: Walk): Generator<string> {
  const { table, index, limits, after, backward } = walk
  const rows = index
    ? `${index.rows} AS r CROSS JOIN ${table.rows} AS i ON i.partition = r.item_partition AND i.sort = r.item_sort`
    : `${table.rows} AS r`
  const columns = index
    ? ['r.partition', 'r.sort', 'r.item_partition', 'r.item_sort']
    : ['r.partition', 'r.sort']
  const conditions = limits.map((limit) => limit.sql)
  const values = limits.map(({ value }) => value)
  if (after) {
    conditions.push(`(${columns.join(', ')}) ${backward ? '<' : '>'} (${columns.map(() => '?').join(', ')})`)
    values.push(after.row.partition, after.row.sort)
    if (index) values.push(after.item.partition, after.item.sort)
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  const order = columns.map((column) => `${column}${backward ? ' DESC' : ''}`).join(', ')
  const query = sql(`SELECT ${index ? 'i' : 'r'}.item FROM ${rows} ${where} ORDER BY ${order}`)
  for (const { item } of query.iterate(...values)) yield String(item)
}

function capacity(input: Input, table: Table, index: Index | undefined, size: number): Input {
  const units = readUnits(size, flag(input, 'ConsistentRead') === true ? 'consistent' : 'eventual')
  const ofIndexes = new Map(index ? [[index, units] as const] : [])
  return consumedCapacity(input, { table, ofTable: index ? 0 : units, ofIndexes })
}

export function wantsBackward(input: Input): boolean {
  return flag(input, 'ScanIndexForward') === false || text(input, 'ScanIndexForward') === 'false'
}
