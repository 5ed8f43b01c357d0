import type { SourceCall, SourceOutcome } from '../dataSource.ts'
import { onlyFields, optional, required, type Fields } from '../request.ts'
import { conditionAt, refused, type WriteAttempt } from './condition.ts'
import { expressionAt, optionalExpression, placeholders } from './expressions.ts'
import type { Operation, Table } from './table.ts'
import { plainItem, plainItemOrNull, wireValues, type Attributes } from './values.ts'

const everywhere = ['version', 'operation', 'key']
const writes = [...everywhere, 'condition', 'customPartitionKey', 'populateIndexFields']

export function keyOf(request: Fields, path = '$'): Attributes {
  return wireValues(required(request, 'key', path), `${path}[key]`)
}

/** Result: the item, or null. */
export const getItem: Operation = async (request, table) => {
  onlyFields(request, [...everywhere, 'consistentRead', 'projection'])
  const projection = optionalExpression(request, 'projection')
  const answer = await table.call('GetItem', {
    TableName: table.name,
    Key: keyOf(request),
    ConsistentRead: optional(request, 'consistentRead', 'boolean') ?? false,
    ...(projection && { ProjectionExpression: projection.text }),
    ...placeholders(projection),
  })
  return { result: plainItemOrNull(answer.Item) }
}

/** Result: the item as written. */
export const putItem: Operation = (request, table, by) => {
  onlyFields(request, [...writes, 'attributeValues'])
  const item = itemOf(request)
  return write(
    { action: 'PutItem', request, item, input: { Item: item }, retry: (other) => putItem(other, table, by) },
    table,
    by,
    () => plainItem(item),
  )
}

/** Result: the whole item as it now is. */
export const updateItem: Operation = (request, table, by) => {
  onlyFields(request, [...writes, 'update'])
  const update = expressionAt(required(request, 'update'), '$[update]')
  const input = { Key: keyOf(request), UpdateExpression: update.text, ReturnValues: 'ALL_NEW' }
  return write(
    { action: 'UpdateItem', request, update, input, retry: (other) => updateItem(other, table, by) },
    table,
    by,
    ({ Attributes }) => plainItemOrNull(Attributes),
  )
}

/** Result: the item as it was, or null. */
export const deleteItem: Operation = (request, table, by) => {
  onlyFields(request, writes)
  const input = { Key: keyOf(request), ReturnValues: 'ALL_OLD' }
  return write(
    { action: 'DeleteItem', request, input, retry: (other) => deleteItem(other, table, by) },
    table,
    by,
    ({ Attributes }) => plainItemOrNull(Attributes),
  )
}

/** The whole item of a put: its key and its attributes. */
export function itemOf(request: Fields, path = '$'): Attributes {
  const values = wireValues(required(request, 'attributeValues', path), `${path}[attributeValues]`)
  return { ...values, ...keyOf(request, path) }
}

async function write(
  attempt: WriteAttempt,
  table: Table,
  by: SourceCall,
  resultOf: (answer: Fields) => unknown,
): Promise<SourceOutcome> {
  const condition = conditionAt(attempt.request)
  try {
    const answer = await table.call(attempt.action, {
      TableName: table.name,
      ...attempt.input,
      ...(condition && { ConditionExpression: condition.text }),
      ...placeholders(attempt.update, condition),
    })
    return { result: resultOf(answer) }
  } catch (error) {
    if (!condition) throw error
    return refused(error, condition, attempt, table, by)
  }
}
