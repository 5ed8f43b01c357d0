import { createHash } from 'node:crypto'
import { AwsError } from '../../../aws/error.ts'
import { record, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import { consumedCapacities, readUnits, wantsCapacity, writeUnits } from '../capacity.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase, RowChange } from '../database.ts'
import { invalid, invalidMembers } from '../errors.ts'
import { project } from '../expressions/projection.ts'
import { readExpressions } from '../expressions/read.ts'
import { requestedKey } from '../keys.ts'
import type { RowKey } from '../keys.ts'
import { broken, checkTableName, required } from '../members.ts'
import { itemSize } from '../sizes.ts'
import type { Table } from '../tables/table.ts'
import { checkedItem } from '../values.ts'
import type { Item } from '../values.ts'
import { readStored, rowChanges } from './change.ts'
import { planned, readCheck, readDelete, readPut, readUpdate } from './write.ts'
import type { Write } from './write.ts'

const most = 100
const mostBytes = 4 * 1024 * 1024
/** Milliseconds a token is known. */
const tokenLife = 10 * 60_000

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
  const keys = writes.map((write) => locatable(write, tableNamed(database, write.tableName)))
  refuseRepeats(writes, keys)
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

export function transactGetItems(database: EngineDatabase, input: Input): object {
  const reads = transactItems(input).map((item) => {
    const request = required(item, 'Get')
    checkTableName(request.TableName)
    const key = checkedItem(required(request, 'Key'))
    const expressions = readExpressions(request, ['ProjectionExpression'])
    return { table: tableNamed(database, tableName(text(request, 'TableName') ?? '')), key, expressions }
  })
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

function response(
  item: Item | undefined,
  expressions: ReturnType<typeof readExpressions> | undefined,
): object {
  if (!item) return {}
  const projection = expressions?.ProjectionExpression
  return { Item: projection ? project(item, projection.paths, expressions.scope) : item }
}

function transactItems({ TransactItems: given }: Input): Input[] {
  const items: unknown[] = Array.isArray(given) ? given : []
  const problem = (value: string, constraint: string): Error =>
    invalidMembers([broken(value, 'transactItems', constraint)])
  if (!Array.isArray(given)) throw problem('null', 'Member must not be null')
  if (items.length === 0) throw problem("'[]'", 'Member must have length greater than or equal to 1')
  if (items.length > most)
    throw problem(
      `'[${items.map(() => 'TransactItem').join(', ')}]'`,
      `Member must have length less than or equal to ${most}`,
    )
  return items.map((item) => record(item) ?? {})
}

/** Runs `attempt` for each; when any fails for the item's sake, the transaction is cancelled with the reasons of all. */
function attempts<T, Result>(all: readonly T[], attempt: (one: T, at: number) => Result): Result[] {
  const results: Result[] = []
  const reasons = all.map((one, at): Input => {
    try {
      results.push(attempt(one, at))
      return { Code: 'None' }
    } catch (error) {
      return reason(error)
    }
  })
  if (results.length === all.length) return results
  const codes = reasons.map((each) => text(each, 'Code')).join(', ')
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  )
}

const codes: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
}

function reason(error: unknown): Input {
  const Code = error instanceof AwsError ? codes[error.code] : undefined
  if (!(error instanceof AwsError) || Code === undefined) throw error
  return { Code, Message: error.message, ...error.members }
}

function refuseRepeats(writes: readonly Write[], keys: readonly (RowKey | undefined)[]): void {
  const ids = keys.flatMap((key, at) =>
    key
      ? [`${writes[at]?.tableName ?? ''} ${key.partition.toString('base64')} ${key.sort.toString('base64')}`]
      : [],
  )
  if (new Set(ids).size < ids.length)
    throw invalid('Transaction request cannot include multiple operations on one item')
}

/** A key that is none is told later, as the reason of its item. */
function locatable(write: Write, table: Table): RowKey | undefined {
  try {
    return write.locate(table)
  } catch {
    return undefined
  }
}

/** The row that keeps the request's token, or whether the same request was carried out under it. */
function idempotency(database: EngineDatabase, input: Input): RowChange[] | 'done' {
  const token = text(input, 'ClientRequestToken')
  if (token === undefined) return []
  const request = createHash('sha256').update(JSON.stringify(input.TransactItems)).digest('base64')
  const now = database.clock.now()
  const known = database.sql('SELECT request, at FROM tokens WHERE token = ?').get(token)
  if (known && Number(known.at) > now - tokenLife) {
    if (known.request === request) return 'done'
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
    )
  }
  return [
    {
      statement: database.sql('INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)'),
      values: [token, request, now],
    },
  ]
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

/** Forgets the tokens that are no longer known. */
export function forgetTokens(database: EngineDatabase): void {
  database.sql('DELETE FROM tokens WHERE at <= ?').run(database.clock.now() - tokenLife)
}
