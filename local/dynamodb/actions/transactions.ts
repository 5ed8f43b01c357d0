import { AwsError } from '../../aws/error.ts'
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
    run(input) {
      refuseTooMany(input)
      const named = itemsByName(input)
      return carryOut(database, action, named, tablesOf(named))
    },
  }
}

function refuseTooMany({ TransactItems: items }: Input): void {
  if (!Array.isArray(items) || items.length <= most) return
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '[${items.map(() => 'TransactItem').join(', ')}]' at 'transactItems' ` +
      `failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  )
}
