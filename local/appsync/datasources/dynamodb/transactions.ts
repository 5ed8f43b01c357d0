import { AwsError } from '../../../aws/error.ts'
import { RequestError, type SourceOutcome } from '../dataSource.ts'
import {
  fieldsAt,
  isMap,
  onlyFields,
  optional,
  required,
  requiredList,
  requiredString,
  type Fields,
} from '../request.ts'
import { expressionAt, optionalExpression, parsed, placeholders, type Expression } from './expressions.ts'
import { itemOf, keyOf } from './items.ts'
import { failure, type Operation } from './table.ts'
import { plainItem, plainItemOrNull, type Attributes } from './values.ts'

/** Result: `{items: [item or null], cancellationReasons: null}`; cancelled, `items` is null and the reasons are there. */
export const transactGetItems: Operation = async (request, table) => {
  const gets = transactItems(request).map((value, at) => {
    const path = `$[transactItems][${at}]`
    const fields = fieldsAt(value, path)
    onlyFields(fields, ['table', 'key', 'projection'], path)
    const projection = optionalExpression(fields, 'projection')
    const get = {
      TableName: requiredString(fields, 'table', path),
      Key: keyOf(fields, path),
      ...(projection && { ProjectionExpression: projection.text }),
      ...placeholders(projection),
    }
    return { Get: get }
  })
  return cancellable('items', async () => {
    const { Responses } = await table.call('TransactGetItems', { TransactItems: gets })
    return (Responses as { Item?: Attributes }[]).map(({ Item }) => plainItemOrNull(Item))
  })
}

/** Result: `{keys, cancellationReasons: null}`; cancelled, `keys` is null and there is a reason per item. */
export const transactWriteItems: Operation = async (request, table) => {
  const writes = transactItems(request).map((value, at) => {
    const path = `$[transactItems][${at}]`
    return writeAt(fieldsAt(value, path), path)
  })
  return cancellable('keys', async () => {
    await table.call('TransactWriteItems', { TransactItems: writes.map(({ item }) => item) })
    return writes.map(({ key }) => plainItem(key))
  })
}

const everywhere = ['table', 'operation', 'key', 'condition']

function writeAt(fields: Fields, path: string): { key: Attributes; item: object } {
  const operation = requiredString(fields, 'operation', path)
  const key = keyOf(fields, path)
  const condition = conditionAt(fields, path)
  const shared = {
    TableName: requiredString(fields, 'table', path),
    ...(condition && {
      ConditionExpression: condition.text,
      ReturnValuesOnConditionCheckFailure: condition.returnItem ? 'ALL_OLD' : 'NONE',
    }),
  }
  const write = (kind: string, own: object, update?: Expression): { key: Attributes; item: object } => ({
    key,
    item: { [kind]: { ...shared, ...own, ...placeholders(update, condition) } },
  })
  switch (operation) {
    case 'PutItem':
      onlyFields(fields, [...everywhere, 'attributeValues'], path)
      return write('Put', { Item: itemOf(fields, path) })
    case 'UpdateItem': {
      onlyFields(fields, [...everywhere, 'update'], path)
      const update = expressionAt(required(fields, 'update', path), `${path}[update]`)
      return write('Update', { Key: key, UpdateExpression: update.text }, update)
    }
    case 'DeleteItem':
      onlyFields(fields, everywhere, path)
      return write('Delete', { Key: key })
    case 'ConditionCheck':
      onlyFields(fields, everywhere, path)
      return write('ConditionCheck', { Key: key })
    default:
      throw new RequestError(`Unsupported operation '${operation}' for field '${path}[operation]'.`)
  }
}

function conditionAt(fields: Fields, path: string): (Expression & { returnItem: boolean }) | undefined {
  if (fields.condition === undefined || fields.condition === null) return undefined
  const at = `${path}[condition]`
  const condition = fieldsAt(parsed(fields.condition), at)
  const returned = optional(condition, 'returnValuesOnConditionCheckFailure', 'boolean', at)
  return {
    ...expressionAt(condition, at, ['returnValuesOnConditionCheckFailure']),
    returnItem: returned ?? true,
  }
}

function transactItems(request: Fields): readonly unknown[] {
  onlyFields(request, ['version', 'operation', 'transactItems'])
  return requiredList(request, 'transactItems')
}

/** A cancelled transaction fails with its reasons as result; there is no read-back. */
async function cancellable(member: 'items' | 'keys', work: () => Promise<unknown>): Promise<SourceOutcome> {
  try {
    return { result: { [member]: await work(), cancellationReasons: null } }
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'TransactionCanceledException') throw error
    const reasons = error.members.CancellationReasons
    return failure(error, {
      [member]: null,
      cancellationReasons: Array.isArray(reasons) ? reasons.map(reasonOf) : null,
    })
  }
}

function reasonOf(value: unknown): object {
  const { Code, Message, Item } = isMap(value) ? value : {}
  if (Code === undefined || Code === 'None') return { type: 'None', message: 'None' }
  const item = isMap(Item) ? { item: plainItem(Item as Attributes) } : {}
  if (Code === 'ConditionalCheckFailed')
    return { ...item, type: 'ConditionCheckFailed', message: 'The condition check failed.' }
  return { ...item, type: Code, message: Message ?? Code }
}
