import { number, record, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import { tableNamed } from '../database.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers } from '../errors.ts'
import { readExpressions } from '../expressions/read.ts'
import { inExpressions } from '../legacy.ts'
import { broken, checkMembers } from '../members.ts'
import { readPage } from './page.ts'
import type { Walk } from './page.ts'
import { indexOf, shapeOf } from './select.ts'
import { startKey } from './startKey.ts'

const possible = ['ProjectionExpression', 'FilterExpression'] as const
const mostSegments = 1_000_000

/** Everything in a table or an index, or a segment of it. */
export function scan(database: EngineDatabase, given: Input): object {
  checkMembers(given)
  const input = inExpressions(given)
  checkNumbers(input)
  const expressions = readExpressions(input, possible)
  const table = tableNamed(database, tableName(text(input, 'TableName') ?? ''))
  const index = indexOf(table, input)
  const shape = shapeOf(table, index, input, expressions)
  const limits = segmentLimits(input)
  const start = record(input.ExclusiveStartKey) && startKey(table, index, input.ExclusiveStartKey)
  if (start && !isIn(start.position.row.partition, limits))
    throw invalid(
      'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. ' +
        `TotalSegments: ${number(input, 'TotalSegments') ?? 0} Segment: ${number(input, 'Segment') ?? 0}`,
    )
  const walk: Walk = { table, index, limits, after: start?.position, backward: false }
  return readPage(database, input, walk, expressions, shape)
}

function checkNumbers(input: Input): void {
  const [limit, segment, total] = ['Limit', 'Segment', 'TotalSegments'].map((name) => number(input, name))
  const atLeast = (name: string, given: number, least: number): Error =>
    invalidMembers([broken(`'${given}'`, name, `Member must have value greater than or equal to ${least}`)])
  if (limit !== undefined && limit < 1) throw atLeast('limit', limit, 1)
  if (segment !== undefined && segment < 0) throw atLeast('segment', segment, 0)
  if (total !== undefined && total < 1) throw atLeast('totalSegments', total, 1)
  if (total !== undefined && total > mostSegments)
    throw invalidMembers([
      broken(`'${total}'`, 'totalSegments', `Member must have value less than or equal to ${mostSegments}`),
    ])
  if (segment !== undefined && total === undefined)
    throw invalid(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    )
  if (total !== undefined && segment === undefined)
    throw invalid(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    )
  if (segment !== undefined && total !== undefined && segment >= total)
    throw invalid(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${segment} is not less than TotalSegments: ${total}`,
    )
}

type Limits = readonly { readonly sql: string; readonly value: Buffer }[]

/** Partitions are spread by their hash, with which their keys begin: a segment is a range of hashes. */
function segmentLimits(input: Input): Limits {
  const [segment, total] = [number(input, 'Segment'), number(input, 'TotalSegments')]
  if (segment === undefined || total === undefined) return []
  const border = (at: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(Math.floor((2 ** 32 * at) / total))
    return bytes
  }
  const from = { sql: 'r.partition >= ?', value: border(segment) }
  return segment + 1 === total ? [from] : [from, { sql: 'r.partition < ?', value: border(segment + 1) }]
}

function isIn(partition: Buffer, limits: Limits): boolean {
  return limits.every(({ sql, value }) => {
    const ordered = Buffer.compare(partition, value)
    return sql.includes('>=') ? ordered >= 0 : ordered < 0
  })
}
