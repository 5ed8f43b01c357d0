import { randomUUID } from 'node:crypto'
import { AwsError } from '../../../aws/error.ts'
import { number, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers, tableNotFound } from '../errors.ts'
import { broken, checkTableName } from '../members.ts'
import { createStreamRows, dropStreamRows } from '../streams/trim.ts'
import { readDefinition } from './define.ts'
import { describe } from './describe.ts'
import { createIndexRows, createItemRows, dropRows } from './sql.ts'
import type { Table } from './table.ts'

const mostListed = 100

export function createTable(database: EngineDatabase, input: Input): object {
  const definition = readDefinition(input)
  const { name } = definition
  if (database.tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`)
  const since = database.clock.now()
  const table: Table = {
    ...definition,
    id: randomUUID(),
    since,
    rows: database.newRows(),
    indexes: definition.indexes.map((index) => ({ ...index, rows: database.newRows() })),
    stream: definition.stream && { viewType: definition.stream, rows: database.newRows(), since },
  }
  database.alter(name, table, () => {
    createItemRows(database, table.rows)
    for (const index of table.indexes) createIndexRows(database, index.rows)
    if (table.stream) createStreamRows(database, table.stream.rows)
  })
  return { TableDescription: describe(database, table) }
}

export function describeTable(database: EngineDatabase, input: Input): object {
  return { Table: describe(database, existing(database, input)) }
}

export function listTables({ tables }: EngineDatabase, input: Input): object {
  const limit = number(input, 'Limit') ?? mostListed
  const problem = (constraint: string): Error => invalidMembers([broken(`'${limit}'`, 'limit', constraint)])
  if (limit < 1) throw problem('Member must have value greater than or equal to 1')
  if (limit > mostListed) throw problem(`Member must have value less than or equal to ${mostListed}`)
  const after = text(input, 'ExclusiveStartTableName') ?? ''
  const names = [...tables.keys()].sort().filter((name) => name > after)
  const TableNames = names.slice(0, limit)
  return { TableNames, ...(names.length > limit && { LastEvaluatedTableName: TableNames.at(-1) }) }
}

export function deleteTable(database: EngineDatabase, input: Input): object {
  const table = existing(database, input)
  if (table.deletionProtection === true)
    throw invalid(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
    )
  const description = describe(database, table, 'DELETING')
  database.alter(table.name, undefined, () => {
    dropRows(database, table.rows)
    for (const index of table.indexes) dropRows(database, index.rows)
    if (table.stream) dropStreamRows(database, table.stream.rows)
  })
  return { TableDescription: description }
}

/** The table that a request for a table as such names. */
export function existing({ tables }: EngineDatabase, input: Input): Table {
  checkTableName(input.TableName)
  const name = tableName(text(input, 'TableName') ?? '')
  const table = tables.get(name)
  if (!table) throw tableNotFound(name)
  return table
}
