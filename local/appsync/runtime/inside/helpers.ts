import { filterExpression } from './expressions.ts'
import { isMap } from './json.ts'
import { dynamodb, keptAsSet, toMapValues } from './typedValues.ts'
import { updateExpression } from './updateExpression.ts'

/** The module `@aws-appsync/utils/dynamodb`: each helper answers a request object. Members not given are left out. */
export { operations } from './updateExpression.ts'

export const toStringSet = keptAsSet(dynamodb.toStringSet)
export const toNumberSet = keptAsSet(dynamodb.toNumberSet)
export const toBinarySet = keptAsSet(dynamodb.toBinarySet)

type Input = Record<string, unknown>

export function get(input: Input): Input {
  return request('GetItem', { key: toMapValues(input.key), ...reading(input) })
}

export function put(input: Input): Input {
  return request('PutItem', {
    key: toMapValues(input.key),
    attributeValues: toMapValues(input.item),
    ...writing(input),
  })
}

export function update(input: Input): Input {
  return request('UpdateItem', {
    key: toMapValues(input.key),
    update: updateExpression(input.update),
    ...writing(input),
  })
}

export function remove(input: Input): Input {
  return request('DeleteItem', { key: toMapValues(input.key), ...writing(input) })
}

export function query(input: Input): Input {
  return request('Query', { query: expression(input.query), ...page(input) })
}

export function scan(input: Input): Input {
  return request('Scan', { ...page(input), totalSegments: input.totalSegments, segment: input.segment })
}

export function sync({ basePartitionKey, deltaIndexName, limit, nextToken, lastSync, filter }: Input): Input {
  return request('Sync', {
    basePartitionKey,
    deltaIndexName,
    limit,
    nextToken,
    lastSync,
    filter: expression(filter),
  })
}

export function batchGet({ tables }: Input): Input {
  const wanted: Input = {}
  for (const name of namesOf(tables)) {
    const table = (tables as Record<string, Input>)[name] ?? {}
    wanted[name] = present({ keys: list(table.keys), ...reading(table) })
  }
  return request('BatchGetItem', { tables: wanted })
}

export function batchPut({ tables }: Input): Input {
  return request('BatchPutItem', { tables: lists(tables) })
}

export function batchDelete({ tables }: Input): Input {
  return request('BatchDeleteItem', { tables: lists(tables) })
}

export function transactGet({ items }: Input): Input {
  const transactItems: Input[] = []
  for (const { table, key, projection } of items as Input[])
    transactItems.push(present({ table, key: toMapValues(key), projection: projected(projection) }))
  return request('TransactGetItems', { transactItems })
}

export function transactWrite({ items }: Input): Input {
  const transactItems: Input[] = []
  for (const { putItem, updateItem, deleteItem, conditionCheck } of items as Record<string, Input>[]) {
    if (putItem) transactItems.push(write('PutItem', putItem, { attributeValues: toMapValues(putItem.item) }))
    if (updateItem)
      transactItems.push(write('UpdateItem', updateItem, { update: updateExpression(updateItem.update) }))
    if (deleteItem) transactItems.push(write('DeleteItem', deleteItem, {}))
    if (conditionCheck) transactItems.push(write('ConditionCheck', conditionCheck, {}))
  }
  return request('TransactWriteItems', { transactItems })
}

function write(operation: string, { table, key, condition }: Input, own: Input): Input {
  return present({ table, operation, key: toMapValues(key), ...own, condition: expression(condition) })
}

function request(operation: string, members: Input): Input {
  return present({ operation, ...members })
}

/** The members that are set, in their order. */
function present(members: Input): Input {
  const kept: Input = {}
  for (const name of Object.keys(members)) {
    const value = members[name]
    if (value !== undefined && value !== null) kept[name] = value
  }
  return kept
}

function reading({ consistentRead, projection }: Input): Input {
  return { consistentRead, projection: projected(projection) }
}

function writing({ condition, customPartitionKey, populateIndexFields, _version }: Input): Input {
  return { condition: expression(condition), customPartitionKey, populateIndexFields, _version }
}

function page(input: Input): Input {
  const { index, limit, nextToken, scanIndexForward, select, filter } = input
  return { index, filter: expression(filter), limit, nextToken, scanIndexForward, select, ...reading(input) }
}

/** A filter object as an expression; `expressionValues` is left out when there are none. */
function expression(filter: unknown): unknown {
  if (filter === undefined || filter === null) return undefined
  const made = filterExpression(filter)
  if (!made) throw new Error('The filter or condition is not one that can be made an expression.')
  const { expressionValues, ...rest } = made
  return Object.keys(expressionValues).length > 0 ? made : rest
}

/** `['id', 'a.b']` as a projection: every step of a path gets a placeholder. */
function projected(paths: unknown): unknown {
  if (!Array.isArray(paths)) return undefined
  const expressionNames: Record<string, string> = {}
  const expressions: string[] = []
  let count = 0
  for (const path of paths as string[]) {
    const steps: string[] = []
    for (const step of path.split('.')) {
      const bracket = step.indexOf('[')
      count += 1
      expressionNames[`#expName_${count}`] = bracket === -1 ? step : step.slice(0, bracket)
      steps.push(`#expName_${count}${bracket === -1 ? '' : step.slice(bracket)}`)
    }
    expressions.push(steps.join('.'))
  }
  return { expression: expressions.join(', '), expressionNames }
}

function namesOf(tables: unknown): string[] {
  return isMap(tables) ? Object.keys(tables) : []
}

function lists(tables: unknown): Input {
  const converted: Input = {}
  for (const name of namesOf(tables)) converted[name] = list((tables as Input)[name])
  return converted
}

function list(maps: unknown): unknown[] {
  const converted: unknown[] = []
  for (const map of Array.isArray(maps) ? (maps as unknown[]) : []) converted.push(toMapValues(map))
  return converted
}
