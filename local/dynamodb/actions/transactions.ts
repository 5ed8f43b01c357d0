import type { Action } from '../../aws/service.ts'
import { read, write } from '../database.ts'
import type { Database } from '../database.ts'
import { onItems } from '../permissions.ts'
import { tablesOf } from './input.ts'

/** What IAM asks for each kind of item: there is no permission for a transaction as such. */
const writes = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}
const reads = { Get: 'GetItem' }

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
    run: (input) => carryOut(database, action, input, tablesOf(input)),
  }
}
