import type { CloudContext } from '../aws/context.ts'
import type { Input, PolicyDocument } from '../aws/service.ts'
import type { Backend } from './backend/backend.ts'
import type { Faults } from './faults.ts'

/** What the actions must know of a table without asking for it. */
export interface KnownTable {
  /** Attribute names: the partition key, then the sort key if there is one. */
  readonly key: readonly string[]
  /** Partition keys of its indexes, by index name. */
  readonly indexKeys: Readonly<Record<string, string>>
  /** Whether it has a stream. */
  readonly streams: boolean
}

/** What every action works on. */
export interface Database {
  readonly context: CloudContext
  readonly backend: Backend
  readonly faults: Faults
  readonly tables: Map<string, KnownTable>
  /** Resource policies of the template, by table name. */
  readonly policies: Map<string, PolicyDocument>
  /** Takes note of a table, as DescribeTable answers it. */
  learn(description: Input): void
  /** Tells the readers of a table's stream that there may be new records. */
  written(table: string): void
}

/** Calls a reading item operation, under whatever fault a test has put in its way. */
export async function read(
  database: Database,
  action: string,
  input: Input,
  tables: readonly string[],
): Promise<object> {
  const afterwards = database.faults.any ? await database.faults.meet(action, input, tables) : undefined
  const carryOut = async () => await database.backend.send(`DynamoDB_20120810.${action}`, input)
  if (afterwards === undefined) return carryOut()
  const answer = carryOut()
  await Promise.allSettled([answer])
  await afterwards()
  return answer
}

/** Calls a writing one, and tells the streams. A failed write tells them too: it may have been carried out. */
export async function write(
  database: Database,
  action: string,
  input: Input,
  tables: readonly string[],
): Promise<object> {
  try {
    return await read(database, action, input, tables)
  } finally {
    for (const table of tables) if (database.tables.get(table)?.streams) database.written(table)
  }
}
