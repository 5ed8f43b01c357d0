import { flag, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import { consumedCapacity, readUnits, wantsCapacity, writeUnits } from '../capacity.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid } from '../errors.ts'
import { project } from '../expressions/projection.ts'
import { readExpressions } from '../expressions/read.ts'
import { requestedKey } from '../keys.ts'
import { inExpressions } from '../legacy.ts'
import { checkMembers, required } from '../members.ts'
import { itemSize } from '../sizes.ts'
import { checkedItem } from '../values.ts'
import type { Item } from '../values.ts'
import { readStored, rowChanges } from './change.ts'
import type { Change } from './change.ts'
import { keysOf } from '../streams/write.ts'
import { planned, readDelete, readPut, readUpdate } from './write.ts'
import type { Write } from './write.ts'

export function getItem(database: EngineDatabase, given: Input): object {
  checkMembers(given)
  const input = inExpressions(given)
  const key = checkedItem(required(input, 'Key'))
  const { ProjectionExpression: projection, scope } = readExpressions(input, ['ProjectionExpression'])
  const table = tableNamed(database, tableName(text(input, 'TableName') ?? ''))
  const item = readStored(database, table, requestedKey(table, key))?.item
  const rate = flag(input, 'ConsistentRead') === true ? 'consistent' : 'eventual'
  return {
    ...(item && { Item: projection ? project(item, projection.paths, scope) : item }),
    ...(wantsCapacity(input) && {
      ConsumedCapacity: consumedCapacity(input, {
        table,
        ofTable: readUnits(item ? itemSize(item) : 0, rate),
        ofIndexes: new Map(),
      }),
    }),
  }
}

export function putItem(database: EngineDatabase, input: Input): object {
  checkMembers(input)
  allowReturnValues(input)
  return carriedOut(database, input, readPut(input), ({ before }) => before?.item)
}

export function deleteItem(database: EngineDatabase, input: Input): object {
  checkMembers(input)
  allowReturnValues(input)
  return carriedOut(database, input, readDelete(input), ({ before }) => before?.item)
}

export function updateItem(database: EngineDatabase, input: Input): object {
  checkMembers(input)
  const write = readUpdate(input)
  return carriedOut(database, input, write, (change) =>
    updatedAttributes(text(input, 'ReturnValues'), write, change),
  )
}

function allowReturnValues(input: Input): void {
  const wanted = text(input, 'ReturnValues') ?? 'NONE'
  if (wanted !== 'ALL_OLD' && wanted !== 'NONE') throw invalid('ReturnValues can only be ALL_OLD or NONE')
}

function carriedOut(
  database: EngineDatabase,
  input: Input,
  write: Write,
  attributes: (change: Change) => Item | undefined,
): object {
  const change = planned(database, write)
  database.commit(rowChanges(database, change))
  const wanted = text(input, 'ReturnValues') ?? 'NONE'
  const Attributes = wanted === 'NONE' ? undefined : attributes(change)
  return {
    ...(Attributes && { Attributes }),
    ...(wantsCapacity(input) && { ConsumedCapacity: consumedCapacity(input, writeUnits(change)) }),
    ...collectionMetrics(input, change),
  }
}

function updatedAttributes(wanted: string | undefined, write: Write, change: Change): Item | undefined {
  const item = wanted?.endsWith('_OLD') ? change.before?.item : change.after
  if (!item || wanted?.startsWith('ALL')) return item
  const paths = write.expressions.UpdateExpression?.actions.map(({ path }) => path) ?? []
  const attributes = project(item, paths, write.expressions.scope)
  return Object.keys(attributes).length > 0 ? attributes : undefined
}

/** Only tables with local indexes have item collections. Ours are small. */
function collectionMetrics(input: Input, { table, before, after }: Change): Input {
  const item = after ?? before?.item
  if (text(input, 'ReturnItemCollectionMetrics') !== 'SIZE' || !item) return {}
  if (!table.indexes.some(({ kind }) => kind === 'local')) return {}
  const ItemCollectionKey = keysOf([table.key.partition.name], item)
  return { ItemCollectionMetrics: { ItemCollectionKey, SizeEstimateRangeGB: [0, 1] } }
}
