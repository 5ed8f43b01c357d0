import { text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { rowKey } from './keys.ts'
import { itemSize } from './sizes.ts'
import type { Index, Table } from './tables/table.ts'
import type { Change } from './items/change.ts'
import type { Item } from './values.ts'

/**
 * Capacity units, for those who ask for them. Nothing is limited by them here.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export interface Units {
  readonly table: Table
  ofTable: number
  readonly ofIndexes: Map<Index, number>
}

const readUnit = 4096
const writeUnit = 1024

/** Whether the request wants to know. */
export function wantsCapacity(input: Input): boolean {
  const wanted = text(input, 'ReturnConsumedCapacity')
  return wanted === 'TOTAL' || wanted === 'INDEXES'
}

/** Half a unit for 4 KB, a whole one if the read is strongly consistent, two in a transaction. */
export function readUnits(size: number, rate: 'eventual' | 'consistent' | 'transaction'): number {
  const factor = { eventual: 0.5, consistent: 1, transaction: 2 }[rate]
  return Math.max(1, Math.ceil(size / readUnit)) * factor
}

/** A unit for each KB of the larger of the item before and after, in the table and in each index that it changes. */
export function writeUnits({ table, before, after }: Change, factor = 1): Units {
  const size = Math.max(before ? itemSize(before.item) : 0, after ? itemSize(after) : 0)
  const units = Math.max(1, Math.ceil(size / writeUnit)) * factor
  const touched = table.indexes.filter((index) => isIn(index, before?.item) || isIn(index, after))
  return { table, ofTable: units, ofIndexes: new Map(touched.map((index) => [index, units])) }
}

function isIn(index: Index, item: Item | undefined): boolean {
  return item !== undefined && rowKey(index.key, item) !== undefined
}

/** `ConsumedCapacity` of one table as answers have it. */
export function consumedCapacity(input: Input, { table, ofTable, ofIndexes }: Units): Input {
  const total = [...ofIndexes.values()].reduce((sum, each) => sum + each, ofTable)
  const answer: Input = { TableName: table.name, CapacityUnits: total }
  if (text(input, 'ReturnConsumedCapacity') !== 'INDEXES') return answer
  const indexes = (kind: Index['kind']): Record<string, Input> =>
    Object.fromEntries(
      [...ofIndexes]
        .filter(([index]) => index.kind === kind)
        .map(([index, CapacityUnits]) => [index.name, { CapacityUnits }]),
    )
  const [global, local] = [indexes('global'), indexes('local')]
  return {
    ...answer,
    Table: { CapacityUnits: ofTable },
    ...(Object.keys(global).length > 0 && { GlobalSecondaryIndexes: global }),
    ...(Object.keys(local).length > 0 && { LocalSecondaryIndexes: local }),
  }
}

/** The units of several reads or writes, a list with a member for each table. */
export function consumedCapacities(input: Input, all: readonly Units[]): Input[] {
  const byTable = new Map<Table, Units>()
  for (const { table, ofTable, ofIndexes } of all) {
    const sum = byTable.get(table) ?? { table, ofTable: 0, ofIndexes: new Map<Index, number>() }
    sum.ofTable += ofTable
    for (const [index, units] of ofIndexes) sum.ofIndexes.set(index, (sum.ofIndexes.get(index) ?? 0) + units)
    byTable.set(table, sum)
  }
  return [...byTable.values()].map((units) => consumedCapacity(input, units))
}
