import { AwsError } from '../../../aws/error.ts'
import { flag, number, record, records, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers, invalidValue } from '../errors.ts'
import { broken } from '../members.ts'
import { attributeTypes, streamOf } from './define.ts'
import { globalIndex } from './defineIndexes.ts'
import { describe } from './describe.ts'
import { existing } from './operations.ts'
import { createStreamRows, dropStreamRows } from '../streams/trim.ts'
import { createIndexRows, dropRows, fillIndex } from './sql.ts'
import type { Index, KeyType, Table } from './table.ts'

export function updateTable(database: EngineDatabase, input: Input): object {
  const before = existing(database, input)
  if (!changes.some((member) => input[member] !== undefined))
    throw invalid(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    )
  checkThroughput(input, before)
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
    if (before.stream && !table.stream) dropStreamRows(database, before.stream.rows)
    if (table.stream && !before.stream) createStreamRows(database, table.stream.rows)
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

function checkThroughput(input: Input, before: Table): void {
  const wanted = record(input.ProvisionedThroughput)
  const billing = text(input, 'BillingMode') ?? before.billing
  if (!wanted) {
    if (input.BillingMode === 'PROVISIONED' && before.billing !== 'PROVISIONED')
      throw invalidValue('ProvisionedThroughput must be specified when BillingMode is PROVISIONED')
    return
  }
  if (billing === 'PAY_PER_REQUEST')
    throw invalidValue(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    )
  const units = (throughput: Input): (number | undefined)[] =>
    ['ReadCapacityUnits', 'WriteCapacityUnits'].map((name) => number(throughput, name))
  const [reads = 0, writes = 0] = units(wanted)
  for (const [name, given] of Object.entries({ readCapacityUnits: reads, writeCapacityUnits: writes }))
    if (given < 1)
      throw invalidMembers([
        broken(
          `'${given}'`,
          `provisionedThroughput.${name}`,
          'Member must have value greater than or equal to 1',
        ),
      ])
  const [oldReads = 0, oldWrites = 0] = units(before.throughput ?? {})
  if (reads === oldReads && writes === oldWrites && input.GlobalSecondaryIndexUpdates === undefined)
    throw invalid(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${reads}. Requested ReadCapacityUnits: ${reads}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${writes}. Requested WriteCapacityUnits: ${writes}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    )
}

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

function updatedStream(database: EngineDatabase, input: Input, { name, stream }: Table): Table['stream'] {
  if (input.StreamSpecification === undefined) return stream
  const wanted = streamOf(input)
  if (wanted && stream) throw invalidValue(`Table already has an enabled stream: TableName: ${name}`)
  if (!wanted && !stream) throw invalidValue(`Table already has a disabled stream: TableName: ${name}`)
  return wanted && { viewType: wanted, rows: database.newRows(), since: database.clock.now() }
}
