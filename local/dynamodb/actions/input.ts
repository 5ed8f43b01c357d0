import { record, records, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { tableName } from '../names.ts'

/** The tables a request is about, by name, where it may name them by ARN. */
export function tablesOf(input: Input): string[] {
  const single = text(input, 'TableName')
  if (single !== undefined) return [tableName(single)]
  const requests = records(input.TransactItems).flatMap((item) => Object.values(item))
  const names = [
    ...Object.keys(record(input.RequestItems) ?? {}),
    ...requests.flatMap((request) => text(record(request) ?? {}, 'TableName') ?? []),
  ]
  return [...new Set(names.map(tableName))]
}
