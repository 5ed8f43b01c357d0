import type { SourceCall, SourceOutcome } from '../dataSource.ts'
import { onlyFields, optional, required, type Fields } from '../request.ts'
import { expressionAt, optionalExpression, placeholders, type Expression } from './expressions.ts'
import type { Operation, Table } from './table.ts'
import { plainItem, type Attributes } from './values.ts'

const shared = [
  'version',
  'operation',
  'index',
  'limit',
  'nextToken',
  'consistentRead',
  'filter',
  'select',
  'projection',
]

/** Result: `{items, nextToken, scannedCount}`. `limit` counts what is read, before the filter. */
export const query: Operation = (request, table, by) => {
  onlyFields(request, [...shared, 'query', 'scanIndexForward'])
  const condition = expressionAt(required(request, 'query'), '$[query]')
  const own = {
    KeyConditionExpression: condition.text,
    ScanIndexForward: optional(request, 'scanIndexForward', 'boolean') ?? true,
  }
  return page('Query', request, own, condition, table, by)
}

/** Result: `{items, nextToken, scannedCount}`. */
export const scan: Operation = (request, table, by) => {
  onlyFields(request, [...shared, 'totalSegments', 'segment'])
  const own = {
    TotalSegments: optional(request, 'totalSegments', 'number'),
    Segment: optional(request, 'segment', 'number'),
  }
  return page('Scan', request, own, undefined, table, by)
}

async function page(
  action: 'Query' | 'Scan',
  request: Fields,
  own: object,
  condition: Expression | undefined,
  table: Table,
  by: SourceCall,
): Promise<SourceOutcome> {
  const filter = optionalExpression(request, 'filter')
  const projection = optionalExpression(request, 'projection')
  const token = optional(request, 'nextToken', 'string')
  const answer = await table.call(action, {
    TableName: table.name,
    ...own,
    IndexName: optional(request, 'index', 'string'),
    Limit: optional(request, 'limit', 'number'),
    ConsistentRead: optional(request, 'consistentRead', 'boolean') ?? false,
    Select: optional(request, 'select', 'string'),
    FilterExpression: filter?.text,
    ProjectionExpression: projection?.text,
    ExclusiveStartKey: token === undefined ? undefined : table.tokens.read(token, by.scope),
    ...placeholders(condition, filter, projection),
  })
  const { Items, LastEvaluatedKey, ScannedCount } = answer as PageAnswer
  const nextToken = LastEvaluatedKey ? table.tokens.write(LastEvaluatedKey, by.scope) : null
  return { result: { items: (Items ?? []).map(plainItem), nextToken, scannedCount: ScannedCount ?? 0 } }
}

interface PageAnswer {
  readonly Items?: readonly Attributes[]
  readonly LastEvaluatedKey?: object
  readonly ScannedCount?: number
}
