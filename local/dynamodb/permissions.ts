import { record, records, text, texts } from '../aws/input.ts'
import type { Input, Permission } from '../aws/service.ts'
import type { Database } from './database.ts'
import { indexArn, tableArn, tableName } from './names.ts'

/** What a call touches, as far as DynamoDB's condition keys speak of it. Read only when a policy asks. */
interface Touched {
  readonly table: string
  readonly index?: string | undefined
  /** Keys or items in DynamoDB's JSON, of which the partition key's value becomes `dynamodb:LeadingKeys`. */
  readonly keys?: () => readonly Input[]
  /** The request or the item of it that carries expressions and projections. */
  readonly request: Input
  readonly enclosing?: string
}

/** `dynamodb:<action>` on a table or an index of it. */
function permission(database: Database, action: string, touched: Touched): Permission {
  const { place } = database.context
  const { table, index } = touched
  return {
    action: `dynamodb:${action}`,
    resource: index === undefined ? tableArn(place, table) : indexArn(place, table, index),
    resourcePolicy: database.policies.get(table),
    get context() {
      return conditionKeys(database, touched)
    },
  }
}

/** A single-table operation: GetItem, PutItem, Query, … */
export function onTable(database: Database, action: string, input: Input): readonly Permission[] {
  const name = text(input, 'TableName')
  if (name === undefined) return [{ action: `dynamodb:${action}`, resource: '*' }]
  const keys = (): Input[] => [input.Key, input.Item].map(record).filter((each) => each !== undefined)
  const touched = { table: tableName(name), index: text(input, 'IndexName'), keys, request: input }
  return [permission(database, action, touched)]
}

/** Once per table of a BatchGetItem or BatchWriteItem. */
export function onTables(database: Database, action: string, input: Input): readonly Permission[] {
  const tables = Object.entries(record(input.RequestItems) ?? {})
  if (tables.length === 0) return [{ action: `dynamodb:${action}`, resource: '*' }]
  return tables.map(([name, request]) =>
    permission(database, action, {
      table: tableName(name),
      keys: () => batchKeys(request),
      request: record(request) ?? {},
    }),
  )
}

/** Once per item of a transaction, by the name of what is done to it. */
export function onItems(
  database: Database,
  enclosing: string,
  actions: Readonly<Record<string, string>>,
  input: Input,
): readonly Permission[] {
  const asked = records(input.TransactItems).flatMap((item) =>
    Object.entries(actions).flatMap(([member, action]) => {
      const request = record(item[member])
      const name = request && text(request, 'TableName')
      if (!request || name === undefined) return []
      const keys = (): Input[] => [request.Key, request.Item].map(record).filter((each) => each !== undefined)
      return [permission(database, action, { table: tableName(name), keys, request, enclosing })]
    }),
  )
  return asked.length > 0
    ? asked
    : Object.values(actions).map((action) => ({ action: `dynamodb:${action}`, resource: '*' }))
}

function batchKeys(request: unknown): Input[] {
  const reads = records(record(request)?.Keys)
  const writes = records(request).map(
    (each) => record(each.PutRequest)?.Item ?? record(each.DeleteRequest)?.Key,
  )
  return [...reads, ...records(writes)]
}

function conditionKeys(database: Database, touched: Touched): NonNullable<Permission['context']> {
  const { table, index, keys, request, enclosing } = touched
  const known = database.tables.get(table)
  const partitionKey = (index === undefined ? known?.key[0] : known?.indexKeys[index]) ?? ''
  const leading = [
    ...(keys?.() ?? []).map((key) => scalar(key[partitionKey])),
    queriedKey(request, partitionKey),
  ]
  const values = leading.filter((each) => each !== undefined)
  const attributes = [...namedAttributes(request), ...(keys?.() ?? []).flatMap((key) => Object.keys(key))]
  const select = selection(request)
  return {
    ...(values.length > 0 && { 'dynamodb:LeadingKeys': [...new Set(values)] }),
    ...(attributes.length > 0 && { 'dynamodb:Attributes': [...new Set(attributes)] }),
    ...(select !== undefined && { 'dynamodb:Select': select }),
    ...singles(request, {
      ReturnValues: 'dynamodb:ReturnValues',
      ReturnConsumedCapacity: 'dynamodb:ReturnConsumedCapacity',
    }),
    ...(enclosing !== undefined && { 'dynamodb:EnclosingOperation': enclosing }),
  }
}

function singles(request: Input, names: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(names).map(([member, key]) => [key, text(request, member)] as const)
  return Object.fromEntries(given.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/** The text of a key attribute's value: `{"S": "a"}` is `a`. */
function scalar(value: unknown): string | undefined {
  const attribute = record(value)
  return attribute && (text(attribute, 'S') ?? text(attribute, 'N') ?? text(attribute, 'B'))
}

/** The value a Query compares the partition key with. */
function queriedKey(request: Input, partitionKey: string): string | undefined {
  const expression = text(request, 'KeyConditionExpression')
  if (expression === undefined)
    return scalar(records(record(record(request.KeyConditions)?.[partitionKey])?.AttributeValueList)[0])
  const names = record(request.ExpressionAttributeNames) ?? {}
  for (const [, name = '', value = ''] of expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g))
    if ((names[name] ?? name) === partitionKey)
      return scalar(record(request.ExpressionAttributeValues)?.[value])
  return undefined
}

/** Top-level attributes that the request names in its expressions and lists. */
function namedAttributes(request: Input): string[] {
  const names = record(request.ExpressionAttributeNames) ?? {}
  const expressions = [
    'ProjectionExpression',
    'UpdateExpression',
    'ConditionExpression',
    'FilterExpression',
    'KeyConditionExpression',
  ]
  const words = expressions.flatMap(
    (each) => (text(request, each) ?? '').match(/(?<![\w:.#])[#A-Za-z_][\w-]*/g) ?? [],
  )
  const named = words.filter((word) => !keywords.has(word.toLowerCase())).map((word) => names[word] ?? word)
  return [...texts(named), ...texts(request.AttributesToGet)]
}

const keywords = new Set(
  'set remove add delete and or not between in begins_with contains size attribute_exists attribute_not_exists attribute_type if_not_exists list_append'.split(
    ' ',
  ),
)

function selection(request: Input): string | undefined {
  const given = text(request, 'Select')
  if (given !== undefined) return given
  const some = request.ProjectionExpression !== undefined || request.AttributesToGet !== undefined
  return some ? 'SPECIFIC_ATTRIBUTES' : undefined
}
