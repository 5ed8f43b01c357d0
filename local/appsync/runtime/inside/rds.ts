import { isMap, parse } from './json.ts'

/** `util.rds.toJsonObject`: rows of each statement as maps by column label. */
export function toJsonObject(result: string): unknown {
  const read: unknown = parse(result)
  const statements = isMap(read) && Array.isArray(read.sqlStatementResults) ? read.sqlStatementResults : []
  const tables: unknown[] = []
  for (const statement of statements as Record<string, unknown>[]) {
    const rows: unknown[] = []
    for (const record of (statement.records ?? []) as Record<string, unknown>[][])
      rows.push(rowOf(record, (statement.columnMetadata ?? []) as { label: string }[]))
    tables.push(rows)
  }
  return tables
}

function rowOf(record: readonly Record<string, unknown>[], columns: readonly { label: string }[]): object {
  const row: Record<string, unknown> = {}
  for (const [at, { label }] of columns.entries()) {
    const field = record[at] ?? {}
    const [type] = Object.keys(field)
    row[label] = type === undefined || type === 'isNull' ? null : field[type]
  }
  return row
}
