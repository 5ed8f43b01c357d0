import { record, records, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { tableName } from '../names.ts'

/** The same request with its table named by name, where the caller gave an ARN. */
export function byName(input: Input): Input {
  const given = text(input, 'TableName')
  return given?.startsWith('arn:') ? { ...input, TableName: tableName(given) } : input
}

export function byNames(input: Input): Input {
  const tables = record(input.RequestItems)
  if (!tables || !Object.keys(tables).some((name) => name.startsWith('arn:'))) return input
  const renamed = Object.entries(tables).map(([name, request]) => [tableName(name), request] as const)
  return { ...input, RequestItems: Object.fromEntries(renamed) }
}

/** The same transaction with every item's table named by name. */
export function itemsByName(input: Input): Input {
  const items = records(input.TransactItems)
  const givenArn = (request: unknown): boolean =>
    text(record(request) ?? {}, 'TableName')?.startsWith('arn:') === true
  if (!items.some((item) => Object.values(item).some(givenArn))) return input
  const renamed = items.map((item) =>
    Object.fromEntries(
      Object.entries(item).map(([member, request]) => [member, byName(record(request) ?? {})]),
    ),
  )
  return { ...input, TransactItems: renamed }
}

export function tablesOf(input: Input): string[] {
  const items = records(input.TransactItems).flatMap((item) => Object.values(item))
  const names = items.map((request) => text(record(request) ?? {}, 'TableName'))
  return [...new Set(names.filter((name) => name !== undefined))]
}
