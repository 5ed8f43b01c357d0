import { flag, record, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import { consumedCapacities, readUnits, wantsCapacity, writeUnits } from '../capacity.ts'
import type { Units } from '../capacity.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers } from '../errors.ts'
import { project } from '../expressions/projection.ts'
import { readExpressions } from '../expressions/read.ts'
import { requestedKey } from '../keys.ts'
import type { RowKey } from '../keys.ts'
import { inExpressions } from '../legacy.ts'
import { itemSize, mostItemBytes } from '../sizes.ts'
import type { Table } from '../tables/table.ts'
import { checkedItem } from '../values.ts'
import type { Item } from '../values.ts'
import { readStored, rowChanges } from './change.ts'
import type { Change } from './change.ts'
import { planned, readDelete, readPut } from './write.ts'

const mostReads = 100
const mostWrites = 25
/** Bytes of items an answer has at most. */
const mostAnswered = 16 * 1024 * 1024

/** What a BatchGetItem asks of one table. */
interface Reads {
  /** As the request names it: answers do the same. */
  readonly given: string
  readonly request: Input
  readonly table: Table
  readonly keys: readonly { readonly given: unknown; readonly row: RowKey }[]
  readonly shape: (item: Item) => Item
}

export function batchGetItem(database: EngineDatabase, input: Input): object {
  const requests = requestItems(input, 'BatchGetItem')
  for (const [name, request] of requests) checkCount(name, keysIn(request).length)
  if (requests.reduce((sum, [, request]) => sum + keysIn(request).length, 0) > mostReads)
    throw invalid('Too many items requested for the BatchGetItem call')
  const all = requests.map(([given, request]) => readsOf(database, given, record(request) ?? {}))
  const Responses: Record<string, Item[]> = {}
  const UnprocessedKeys: Record<string, Input> = {}
  const units: Units[] = []
  let answered = 0
  for (const { given, request, table, keys, shape } of all) {
    const rate = flag(request, 'ConsistentRead') === true ? 'consistent' : 'eventual'
    const items: Item[] = []
    const left: unknown[] = []
    for (const key of keys) {
      const item = answered > mostAnswered ? undefined : readStored(database, table, key.row)?.item
      if (answered > mostAnswered) left.push(key.given)
      if (item) items.push(shape(item))
      const size = item ? itemSize(item) : 0
      answered += size
      units.push({ table, ofTable: readUnits(size, rate), ofIndexes: new Map() })
    }
    Responses[table.name] = items
    if (left.length > 0) UnprocessedKeys[given] = { ...request, Keys: left }
  }
  return { Responses, UnprocessedKeys, ...capacities(input, units) }
}

function readsOf(database: EngineDatabase, given: string, request: Input): Reads {
  const { ProjectionExpression: projection, scope } = readExpressions(inExpressions(request), [
    'ProjectionExpression',
  ])
  const table = tableNamed(database, tableName(given))
  const keys = keysIn(request).map((key) => ({ given: key, row: requestedKey(table, checkedItem(key)) }))
  refuseRepeats(keys.map(({ row }) => row))
  return {
    given,
    request,
    table,
    keys,
    shape: (item) => (projection ? project(item, projection.paths, scope) : item),
  }
}

export function batchWriteItem(database: EngineDatabase, input: Input): object {
  const requests = requestItems(input, 'BatchWriteItem')
  checkWriteCount(requests)
  const changes = requests.flatMap(([given, writes]) => {
    const table = tableNamed(database, tableName(given))
    const planning = (writes as unknown[]).map((each) => planWrite(database, table, record(each) ?? {}))
    refuseRepeats(planning.map(({ key }) => key))
    return planning
  })
  database.commit(changes.flatMap((change) => rowChanges(database, change)))
  return {
    UnprocessedItems: {},
    ...capacities(
      input,
      changes.map((change) => writeUnits(change)),
    ),
  }
}

function planWrite(database: EngineDatabase, table: Table, request: Input): Change {
  const [put, remove] = [record(request.PutRequest), record(request.DeleteRequest)]
  if (!put === !remove)
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    )
  if (put && itemSize(checkedItem(put.Item)) > mostItemBytes)
    throw invalid('Item size has exceeded the maximum allowed size')
  const TableName = table.name
  return planned(
    database,
    put ? readPut({ TableName, Item: put.Item }) : readDelete({ TableName, Key: remove?.Key }),
  )
}

function requestItems(input: Input, action: string): [string, unknown][] {
  const requests = Object.entries(record(input.RequestItems) ?? {})
  if (requests.length === 0) throw invalid(`The requestItems parameter is required for ${action}`)
  return requests
}

function keysIn(request: unknown): readonly unknown[] {
  const keys = record(request)?.Keys
  return Array.isArray(keys) ? keys : []
}

function checkCount(name: string, count: number): void {
  const at = `RequestItems.${name}.member.Keys`
  const problem = (constraint: string): Error =>
    invalidMembers([`Value at '${at}' failed to satisfy constraint: ${constraint}`])
  if (count > mostReads) throw problem(`Member must have length less than or equal to ${mostReads}`)
  if (count === 0) throw problem('Member must have length greater than or equal to 1')
}

function checkWriteCount(requests: readonly [string, unknown][]): void {
  for (const [name, writes] of requests)
    if (!Array.isArray(writes) || writes.length === 0 || writes.length > mostWrites) {
      const given = Array.isArray(writes) ? writes.map(() => 'WriteRequest').join(', ') : 'null'
      throw invalidMembers([
        `Value '{${name}=[${given}]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: ` +
          `[Member must have length less than or equal to ${mostWrites}, Member must have length greater than or equal to 1]`,
      ])
    }
  const count = requests.reduce((sum, [, writes]) => sum + (writes as unknown[]).length, 0)
  if (count > mostWrites) throw invalid('Too many items requested for the BatchWriteItem call')
}

function refuseRepeats(keys: readonly RowKey[]): void {
  const seen = new Set(
    keys.map(({ partition, sort }) => `${partition.toString('base64')} ${sort.toString('base64')}`),
  )
  if (seen.size < keys.length) throw invalid('Provided list of item keys contains duplicates')
}

function capacities(input: Input, units: readonly Units[]): Input {
  if (text(input, 'ReturnConsumedCapacity') === undefined || !wantsCapacity(input)) return {}
  return { ConsumedCapacity: consumedCapacities(input, units) }
}
