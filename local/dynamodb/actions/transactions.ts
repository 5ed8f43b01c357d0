import { AwsError } from '../../aws/error.ts'
import { record, records, text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { read, write } from '../database.ts'
import type { Database } from '../database.ts'
import { onItems } from '../permissions.ts'
import { itemsByName, tablesOf } from './input.ts'

/** What IAM asks for each kind of item: there is no permission for a transaction as such. */
const writes = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}
const reads = { Get: 'GetItem' }

/** Items a transaction may have at most. */
const most = 100

export function transactionActions(database: Database): Record<string, Action> {
  return {
    TransactGetItems: transaction(database, 'TransactGetItems', reads, read),
    TransactWriteItems: transaction(database, 'TransactWriteItems', writes, write),
  }
}

function transaction(
  database: Database,
  action: string,
  kinds: Readonly<Record<string, string>>,
  carryOut: typeof read,
): Action {
  return {
    permissions: (input) => onItems(database, action, kinds, input),
    async run(input) {
      refuseTooMany(input)
      const named = itemsByName(input)
      const answer = await carryOut(database, action, named, tablesOf(named))
      return onlyProjected(input, answer)
    },
  }
}

/** The backend adds an item's key to what a `Get` of a transaction projects; DynamoDB does not. */
function onlyProjected(input: Input, answer: unknown): unknown {
  const responses = record(answer)?.Responses
  if (!Array.isArray(responses)) return answer
  const gets = records(input.TransactItems).map(({ Get }) => record(Get))
  const Responses = responses.map((response: unknown, at) => {
    const item = record(record(response)?.Item)
    const projection = text(gets[at] ?? {}, 'ProjectionExpression')
    if (!item || projection === undefined) return response
    const names = record(gets[at]?.ExpressionAttributeNames) ?? {}
    const projected = projection.split(',').map((path) => {
      const [first = ''] = path.trim().split(/[.[]/)
      return names[first] ?? first
    })
    return { Item: Object.fromEntries(Object.entries(item).filter(([name]) => projected.includes(name))) }
  })
  return { ...record(answer), Responses }
}

function refuseTooMany({ TransactItems: items }: Input): void {
  if (!Array.isArray(items) || items.length <= most) return
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '[${items.map(() => 'TransactItem').join(', ')}]' at 'transactItems' ` +
      `failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  )
}
