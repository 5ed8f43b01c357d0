import { record, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import { beginsWith, compares, order } from '../compare.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers } from '../errors.ts'
import { keyRange } from '../expressions/keyCondition.ts'
import type { KeyLimit, KeyRange } from '../expressions/keyCondition.ts'
import { nameOf } from '../expressions/parse.ts'
import { readExpressions } from '../expressions/read.ts'
import type { Expressions } from '../expressions/read.ts'
import { encodeKey, encodePartition } from '../keys.ts'
import { inExpressions } from '../legacy.ts'
import { checkMembers } from '../members.ts'
import { keyNames } from '../tables/table.ts'
import type { KeySchema } from '../tables/table.ts'
import { attribute } from '../values.ts'
import type { AttributeValue, Item } from '../values.ts'
import { readPage, wantsBackward } from './page.ts'
import type { Walk } from './page.ts'
import { indexOf, shapeOf } from './select.ts'
import { startKey } from './startKey.ts'

const possible = ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'] as const

/** One partition, or a range of it. */
export function query(database: EngineDatabase, given: Input): object {
  checkMembers(given)
  const input = inExpressions(given)
  if (typeof input.Limit === 'number' && input.Limit < 1)
    throw invalidMembers([
      "Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ])
  if (text(input, 'KeyConditionExpression') === undefined)
    throw invalid(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    )
  const expressions = readExpressions(input, possible)
  const table = tableNamed(database, tableName(text(input, 'TableName') ?? ''))
  const index = indexOf(table, input)
  const key = index?.key ?? table.key
  const { KeyConditionExpression: condition, scope } = expressions
  if (!condition) throw invalid('Conditions can be of length 1 or 2 only')
  const range = keyRange(condition.condition, scope, key)
  refuseKeyFilter(key, expressions)
  const shape = shapeOf(table, index, input, expressions)
  const start = record(input.ExclusiveStartKey) && startKey(table, index, input.ExclusiveStartKey)
  if (start) checkStart(start.given, key, range)
  const walk: Walk = {
    table,
    index,
    limits: limitsOf(key, range),
    after: start?.position,
    backward: wantsBackward(input),
  }
  return readPage(database, input, walk, expressions, shape)
}

/** What the key condition decides must not be filtered again. */
function refuseKeyFilter(key: KeySchema, { FilterExpression: filter, scope }: Expressions): void {
  if (!filter) return
  const names = filter.paths.map(([step]) => (typeof step === 'object' ? nameOf(step, scope) : ''))
  const found = keyNames(key).find((name) => names.includes(name))
  if (found !== undefined)
    throw invalid(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${found}`,
    )
}

function limitsOf({ partition, sort }: KeySchema, range: KeyRange): Walk['limits'] {
  const limits = [{ sql: 'r.partition = ?', value: encodePartition(partition.type, range.partition) }]
  if (!sort || !range.sort) return limits
  const [first, second] = range.sort.values
  if (!first) return limits
  const from = encodeKey(sort.type, first)
  switch (range.sort.operator) {
    case 'BETWEEN':
      limits.push({ sql: 'r.sort >= ?', value: from })
      limits.push({ sql: 'r.sort <= ?', value: encodeKey(sort.type, second ?? first) })
      return limits
    case 'begins_with': {
      limits.push({ sql: 'r.sort >= ?', value: from })
      const end = afterPrefix(from)
      if (end) limits.push({ sql: 'r.sort < ?', value: end })
      return limits
    }
    default:
      limits.push({ sql: `r.sort ${range.sort.operator} ?`, value: from })
      return limits
  }
}

/** The first bytes that come after everything that begins with these. */
function afterPrefix(prefix: Buffer): Buffer | undefined {
  const last = prefix.findLastIndex((byte) => byte < 255)
  if (last < 0) return undefined
  const end = Buffer.from(prefix.subarray(0, last + 1))
  end[last] = (end[last] ?? 0) + 1
  return end
}

/** A page goes on within what the query asks for. */
function checkStart(given: Item, { partition, sort }: KeySchema, range: KeyRange): void {
  const [first, second] = [attribute(given, partition.name), sort && attribute(given, sort.name)]
  const inRange = !second || !range.sort || isWithin(second, range.sort)
  if (!inRange) throw invalid('The provided starting key does not match the range key predicate')
  if (first && order(first, range.partition) !== 0)
    throw invalid('The provided starting key is outside query boundaries based on provided conditions')
}

function isWithin(value: AttributeValue, { operator, values: [first, second] }: KeyLimit): boolean {
  if (!first) return false
  switch (operator) {
    case 'BETWEEN':
      return compares('>=', value, first) && compares('<=', value, second ?? first)
    case 'begins_with':
      return beginsWith(value, first)
    default:
      return compares(operator, value, first)
  }
}
