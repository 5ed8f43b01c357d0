import { randomUUID } from 'node:crypto'
import { AwsError } from '../../../aws/error.ts'
import { flag, number, record, records, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { tableName } from '../../names.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers, invalidValue, tableNotFound } from '../errors.ts'
import { broken, checkTableName } from '../members.ts'
import { keepSequence } from '../streams/trim.ts'
import { attributeTypes, globalIndex, readDefinition, streamOf } from './define.ts'
import { describe } from './describe.ts'
import { createIndexRows, createItemRows, dropRows, fillIndex } from './sql.ts'
import type { Index, KeyType, Table } from './table.ts'

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
    stream: definition.stream && { viewType: definition.stream, since },
  }
  database.alter(name, table, () => {
    createItemRows(database, table.rows)
    for (const index of table.indexes) createIndexRows(database, index.rows)
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
    forgetStream(database, table)
  })
  return { TableDescription: description }
}

export function updateTable(database: EngineDatabase, input: Input): object {
  const before = existing(database, input)
  if (!changes.some((member) => input[member] !== undefined))
    throw invalid(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    )
  const types = { ...before.types, ...attributeTypes(input) }
  const { indexes, added, removed } = updatedIndexes(database, input, before, types)
  const keys = [before, ...indexes].flatMap(({ key }) => [key.partition.name, key.sort?.name])
  const table: Table = {
    ...before,
    types: Object.fromEntries(Object.entries(types).filter(([name]) => keys.includes(name))),
    indexes,
    stream: updatedStream(database, input, before),
    billing: input.BillingMode === undefined ? before.billing : (input.BillingMode as Table['billing']),
    throughput:
      input.BillingMode === 'PAY_PER_REQUEST'
        ? undefined
        : (record(input.ProvisionedThroughput) ?? before.throughput),
    deletionProtection: flag(input, 'DeletionProtectionEnabled') ?? before.deletionProtection,
    tableClass: text(input, 'TableClass') ?? before.tableClass,
  }
  database.alter(table.name, table, () => {
    for (const index of removed) dropRows(database, index.rows)
    for (const index of added) {
      createIndexRows(database, index.rows)
      fillIndex(database, table, index)
    }
    if (before.stream && !table.stream) forgetStream(database, before)
  })
  return { TableDescription: describe(database, table) }
}

const changes = [
  'ProvisionedThroughput',
  'BillingMode',
  'StreamSpecification',
  'GlobalSecondaryIndexUpdates',
  'SSESpecification',
  'ReplicaUpdates',
  'DeletionProtectionEnabled',
  'TableClass',
  'OnDemandThroughput',
]

function updatedIndexes(
  database: EngineDatabase,
  input: Input,
  table: Table,
  types: Readonly<Record<string, KeyType>>,
): { indexes: readonly Index[]; added: readonly Index[]; removed: readonly Index[] } {
  let indexes = table.indexes
  const added: Index[] = []
  const removed: Index[] = []
  for (const update of records(input.GlobalSecondaryIndexUpdates)) {
    const [create, remove, change] = [record(update.Create), record(update.Delete), record(update.Update)]
    const name = text(create ?? remove ?? change ?? {}, 'IndexName') ?? ''
    const present = indexes.find((index) => index.name === name)
    if (create) {
      if (present) throw invalidValue(`Duplicate index name: ${name}`)
      const index = { ...globalIndex(create, types, table.billing), rows: database.newRows() }
      added.push(index)
      indexes = [...indexes, index]
    } else if (!present || present.kind === 'local')
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Index: ${name} not found`,
      )
    else if (remove) {
      removed.push(present)
      indexes = indexes.filter((index) => index !== present)
    } else {
      const throughput = change && record(change.ProvisionedThroughput)
      indexes = indexes.map((index) => (index === present ? { ...index, throughput } : index))
    }
  }
  return { indexes, added, removed }
}

function updatedStream({ clock }: EngineDatabase, input: Input, { name, stream }: Table): Table['stream'] {
  if (input.StreamSpecification === undefined) return stream
  const wanted = streamOf(input)
  if (wanted && stream) throw invalidValue(`Table already has an enabled stream: TableName: ${name}`)
  if (!wanted && !stream) throw invalidValue(`Table already has a disabled stream: TableName: ${name}`)
  return wanted && { viewType: wanted, since: clock.now() }
}

/** The stream's records go with it, but their numbers are not given again. */
function forgetStream(database: EngineDatabase, table: Table): void {
  keepSequence(database)
  database.db.prepare('DELETE FROM stream_records WHERE stream = ?').run(table.rows)
}

/** The table that a request for a table as such names. */
export function existing({ tables }: EngineDatabase, input: Input): Table {
  checkTableName(input.TableName)
  const name = tableName(text(input, 'TableName') ?? '')
  const table = tables.get(name)
  if (!table) throw tableNotFound(name)
  return table
}
