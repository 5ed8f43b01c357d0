import { record } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { consumedCapacities, readUnits, wantsCapacity, writeUnits } from '../capacity.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid } from '../errors.ts'
import { checkTableName } from '../members.ts'
import { itemSize } from '../sizes.ts'
import { attempts, located, refuseRepeats, transactItems } from './cancellation.ts'
import { rowChanges } from './change.ts'
import { idempotency } from './tokens.ts'
import { planned, readCheck, readDelete, readPut, readUpdate } from './write.ts'
import type { Write } from './write.ts'

/** Bytes of items that a transaction writes at most. */
const mostBytes = 4 * 1024 * 1024
const kinds: Readonly<Record<string, (request: Input) => Write>> = {
  Put: readPut,
  Update: readUpdate,
  Delete: readDelete,
  ConditionCheck: readCheck,
}

/** All writes or none; a request that comes again under its token is not carried out again. */
export function transactWriteItems(database: EngineDatabase, input: Input): object {
  const writes = transactItems(input).map(readWrite)
  for (const { tableName: name } of writes) tableNamed(database, name)
  const token = idempotency(database, input)
  if (token === 'done') return capacity(database, input, writes)
  const keys = writes.map((write) => located(() => write.locate(tableNamed(database, write.tableName))))
  refuseRepeats(
    writes.map((write) => write.tableName),
    keys,
  )
  const changes = attempts(writes, (write, at) => planned(database, write, keys[at]))
  if (changes.reduce((sum, { after }) => sum + (after ? itemSize(after) : 0), 0) > mostBytes)
    throw invalid('Transaction size exceeds the limit of 4 MB')
  database.commit([...changes.flatMap((change) => rowChanges(database, change)), ...token])
  if (!wantsCapacity(input)) return {}
  return {
    ConsumedCapacity: consumedCapacities(
      input,
      changes.map((change) => writeUnits(change, 2)),
    ),
  }
}

function readWrite(item: Input): Write {
  const given = Object.entries(item).filter(([, request]) => request !== undefined && request !== null)
  const [first] = given
  const read = first && Object.hasOwn(kinds, first[0]) ? kinds[first[0]] : undefined
  if (!first || !read || given.length > 1)
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
  const request = record(first[1]) ?? {}
  checkTableName(request.TableName)
  return read(request)
}

/** A repeated request costs what reading its items costs. */
function capacity(database: EngineDatabase, input: Input, writes: readonly Write[]): object {
  if (!wantsCapacity(input)) return {}
  const units = writes.map((write) => {
    const table = tableNamed(database, write.tableName)
    return { table, ofTable: readUnits(0, 'transaction'), ofIndexes: new Map() }
  })
  return { ConsumedCapacity: consumedCapacities(input, units) }
}
