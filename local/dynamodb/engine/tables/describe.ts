import { number } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { indexArn, streamArn, streamLabel, tableArn } from '../../names.ts'
import type { EngineDatabase } from '../database.ts'
import type { Index, KeySchema, Table } from './table.ts'

/** Rows that are counted for a description; AWS's counts are hours old. */
const mostCounted = 10_000

/** A table as DescribeTable answers it. */
export function describe(database: EngineDatabase, table: Table, status = 'ACTIVE'): Input {
  const { place } = database
  const { items, bytes } = measure(database, table)
  const global = table.indexes.filter(({ kind }) => kind === 'global')
  const local = table.indexes.filter(({ kind }) => kind === 'local')
  const onDemand = table.billing === 'PAY_PER_REQUEST'
  return {
    AttributeDefinitions: Object.entries(table.types).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    TableName: table.name,
    KeySchema: keySchema(table.key),
    TableStatus: status,
    CreationDateTime: table.since / 1000,
    ProvisionedThroughput: throughput(table.throughput),
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: tableArn(place, table.name),
    TableId: table.id,
    ...(onDemand && {
      BillingModeSummary: {
        BillingMode: 'PAY_PER_REQUEST',
        LastUpdateToPayPerRequestDateTime: table.since / 1000,
      },
      TableThroughputModeSummary: {
        TableThroughputMode: 'PAY_PER_REQUEST',
        LastUpdateToPayPerRequestDateTime: table.since / 1000,
      },
    }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map((index) => index_(database, table, index)) }),
    ...(global.length > 0 && {
      GlobalSecondaryIndexes: global.map((index) => ({
        ...index_(database, table, index),
        IndexStatus: 'ACTIVE',
        ProvisionedThroughput: throughput(index.throughput),
      })),
    }),
    ...(table.stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream.viewType },
      LatestStreamLabel: streamLabel,
      LatestStreamArn: streamArn(place, table.name),
    }),
    ...(table.tableClass !== undefined && { TableClassSummary: { TableClass: table.tableClass } }),
    DeletionProtectionEnabled: table.deletionProtection === true,
  }
}

function index_(database: EngineDatabase, table: Table, index: Index): Input {
  const named = typeof index.projection === 'string' ? undefined : index.projection
  const { items, bytes } = measure(database, index)
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.key),
    Projection: {
      ProjectionType: typeof index.projection === 'string' ? index.projection : 'INCLUDE',
      ...(named && { NonKeyAttributes: named }),
    },
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: indexArn(database.place, table.name, index.name),
  }
}

export function keySchema({ partition, sort }: KeySchema): Input[] {
  return [
    { AttributeName: partition.name, KeyType: 'HASH' },
    ...(sort ? [{ AttributeName: sort.name, KeyType: 'RANGE' }] : []),
  ]
}

function throughput(given: Input | undefined): Input {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: (given && number(given, 'ReadCapacityUnits')) ?? 0,
    WriteCapacityUnits: (given && number(given, 'WriteCapacityUnits')) ?? 0,
  }
}

/** How many rows there are, up to a limit, and about how large they are. */
function measure({ sql }: EngineDatabase, measured: Table | Index): { items: number; bytes: number } {
  const column = 'kind' in measured ? 'item_partition' : 'item'
  const found = sql(
    `SELECT COUNT(*) AS items, TOTAL(octet_length(${column})) AS bytes ` +
      `FROM (SELECT ${column} FROM ${measured.rows} LIMIT ${mostCounted})`,
  ).get()
  return { items: Number(found?.items), bytes: Number(found?.bytes) }
}
