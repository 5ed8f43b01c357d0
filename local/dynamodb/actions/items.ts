import type { Action } from '../../aws/service.ts'
import { read, write } from '../database.ts'
import type { Database } from '../database.ts'
import { onTable } from '../permissions.ts'
import { tablesOf } from './input.ts'

/** Operations on one item or one range of them. The database answers them as they stand. */
export function itemActions(database: Database): Record<string, Action> {
  const reading = (action: string): Action => single(database, action, read)
  const writing = (action: string): Action => single(database, action, write)
  return {
    GetItem: reading('GetItem'),
    Query: reading('Query'),
    Scan: reading('Scan'),
    PutItem: writing('PutItem'),
    UpdateItem: writing('UpdateItem'),
    DeleteItem: writing('DeleteItem'),
  }
}

function single(database: Database, action: string, carryOut: typeof read): Action {
  return {
    permissions: (input) => onTable(database, action, input),
    run: (input) => carryOut(database, action, input, tablesOf(input)),
  }
}
