import { record, records, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { KnownTable } from '../database.ts'

/** What there is to know of a table as DescribeTable answers it. */
export function knownTable(description: Input): KnownTable {
  const indexes = [
    ...records(description.GlobalSecondaryIndexes),
    ...records(description.LocalSecondaryIndexes),
  ]
  return {
    key: keyOf(description),
    indexKeys: Object.fromEntries(
      indexes.map((index) => [text(index, 'IndexName') ?? '', keyOf(index)[0] ?? '']),
    ),
    streams: record(description.StreamSpecification)?.StreamEnabled === true,
  }
}

/** The description inside an answer of DescribeTable, CreateTable, UpdateTable or DeleteTable. */
export function descriptionIn(answer: object): Input {
  const { Table, TableDescription } = answer as { Table?: unknown; TableDescription?: unknown }
  return record(Table) ?? record(TableDescription) ?? {}
}

function keyOf(keyed: Input): string[] {
  const [partition, sort] = ['HASH', 'RANGE'].map((type) =>
    records(keyed.KeySchema).find((key) => key.KeyType === type),
  )
  return [partition, sort].flatMap((key) => (key ? [text(key, 'AttributeName') ?? ''] : []))
}
