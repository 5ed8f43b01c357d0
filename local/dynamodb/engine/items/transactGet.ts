import { text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import { consumedCapacities, readUnits, wantsCapacity } from '../capacity.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase } from '../database.ts'
import { project } from '../expressions/projection.ts'
import { readExpressions } from '../expressions/read.ts'
import type { Expressions } from '../expressions/read.ts'
import { requestedKey } from '../keys.ts'
import { checkTableName, required } from '../members.ts'
import { itemSize } from '../sizes.ts'
import { checkedItem } from '../values.ts'
import type { Item } from '../values.ts'
import { attempts, located, refuseRepeats, transactItems } from './cancellation.ts'
import { readStored } from './change.ts'

export function transactGetItems(database: EngineDatabase, input: Input): object {
  const reads = transactItems(input).map((item) => {
    const request = required(item, 'Get')
    checkTableName(request.TableName)
    const key = checkedItem(required(request, 'Key'))
    const expressions = readExpressions(request, ['ProjectionExpression'])
    return { table: tableNamed(database, tableName(text(request, 'TableName') ?? '')), key, expressions }
  })
  refuseRepeats(
    reads.map(({ table }) => table.name),
    reads.map(({ table, key }) => located(() => requestedKey(table, key))),
  )
  const found = attempts(
    reads,
    ({ table, key }) => readStored(database, table, requestedKey(table, key))?.item,
  )
  const Responses = found.map((item, at) => response(item, reads[at]?.expressions))
  if (!wantsCapacity(input)) return { Responses }
  const units = reads.map(({ table }, at) => {
    const item = found[at]
    return { table, ofTable: readUnits(item ? itemSize(item) : 0, 'transaction'), ofIndexes: new Map() }
  })
  return { Responses, ConsumedCapacity: consumedCapacities(input, units) }
}

function response(item: Item | undefined, expressions: Expressions | undefined): object {
  if (!item) return {}
  const projection = expressions?.ProjectionExpression
  return { Item: projection ? project(item, projection.paths, expressions.scope) : item }
}
