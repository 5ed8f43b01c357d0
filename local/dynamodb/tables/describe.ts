import type { Place } from '../../aws/place.ts'
import { record, records, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { KnownTable } from '../database.ts'
import { indexArn, streamArn, streamLabel, tableArn } from '../names.ts'

const streamMembers = new Set(['StreamSpecification', 'LatestStreamArn', 'LatestStreamLabel'])

/** A table's description with the ARNs of this place and the stream as it was asked for. */
export function ourDescription(place: Place, description: Input, known: KnownTable | undefined): Input {
  const name = text(description, 'TableName') ?? ''
  const rest = Object.entries(description).filter(([member]) => !streamMembers.has(member))
  return {
    ...Object.fromEntries(rest),
    TableArn: tableArn(place, name),
    ...ourIndexes(place, name, description, 'GlobalSecondaryIndexes'),
    ...ourIndexes(place, name, description, 'LocalSecondaryIndexes'),
    ...(known?.stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: known.stream },
      LatestStreamArn: streamArn(place, name),
      LatestStreamLabel: streamLabel,
    }),
  }
}

function ourIndexes(place: Place, table: string, description: Input, member: string): Input {
  const indexes = records(description[member]).map((index) => ({
    ...index,
    IndexArn: indexArn(place, table, text(index, 'IndexName') ?? ''),
  }))
  return indexes.length === 0 ? {} : { [member]: indexes }
}

/** The description inside an answer of DescribeTable, CreateTable, UpdateTable or DeleteTable. */
export function descriptionIn(answer: object): Input {
  const { Table, TableDescription } = answer as { Table?: unknown; TableDescription?: unknown }
  return record(Table) ?? record(TableDescription) ?? {}
}
