import type { Action } from '../../aws/service.ts'
import { read, write } from '../database.ts'
import type { Database } from '../database.ts'
import { onTables } from '../permissions.ts'
import { tablesOf } from './input.ts'

export function batchActions(database: Database): Record<string, Action> {
  return {
    BatchGetItem: batch(database, 'BatchGetItem', read),
    BatchWriteItem: batch(database, 'BatchWriteItem', write),
  }
}

function batch(database: Database, action: string, carryOut: typeof read): Action {
  return {
    permissions: (input) => onTables(database, action, input),
    run: (input) => carryOut(database, action, input, tablesOf(input)),
  }
}
