import { flag, number, record, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers } from '../errors.ts'
import { readStored, rowChanges } from '../items/change.ts'
import type { RowKey } from '../keys.ts'
import { attribute } from '../values.ts'
import type { Item } from '../values.ts'
import { existing } from './operations.ts'
import type { Table } from './table.ts'

/** Rows read at once: everything else waits meanwhile. */
const slice = 500
/** What expired longer ago than this stays, as on AWS. */
const mostYears = 5
const secondsOfYear = 365 * 24 * 60 * 60

export function describeTimeToLive(database: EngineDatabase, input: Input): object {
  const { timeToLive } = existing(database, input)
  return {
    TimeToLiveDescription:
      timeToLive === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
  }
}

export function updateTimeToLive(database: EngineDatabase, input: Input): object {
  const table = existing(database, input)
  const specification = record(input.TimeToLiveSpecification)
  const name = specification && text(specification, 'AttributeName')
  const enabled = specification && flag(specification, 'Enabled')
  if (name === undefined || name === '' || enabled === undefined)
    throw invalidMembers([
      "Value null at 'timeToLiveSpecification' failed to satisfy constraint: Member must not be null",
    ])
  if (enabled && table.timeToLive !== undefined) throw invalid('TimeToLive is already enabled')
  if (!enabled && table.timeToLive === undefined) throw invalid('TimeToLive is already disabled')
  if (!enabled && table.timeToLive !== name)
    throw invalid(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${table.timeToLive ?? ''}`,
    )
  database.alter(table.name, { ...table, timeToLive: enabled ? name : undefined }, () => undefined)
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: name } }
}

/** Deletes what has expired; answers the names of the tables of which something went. */
export async function removeExpired(database: EngineDatabase): Promise<string[]> {
  const changed: string[] = []
  for (const { name, timeToLive } of [...database.tables.values()])
    if (timeToLive !== undefined && (await sweep(database, name))) changed.push(name)
  return changed
}

async function sweep(database: EngineDatabase, name: string): Promise<boolean> {
  let after: RowKey | undefined
  let removed = false
  for (;;) {
    // Anything may have become of the table meanwhile.
    const table = database.tables.get(name)
    if (table?.timeToLive === undefined || !database.db.isOpen) return removed
    const keys = expiredSince(database, table, after)
    for (const key of keys.expired) removed = removeIfExpired(database, table, key) || removed
    if (!keys.last) return removed
    after = keys.last
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function expiredSince(
  database: EngineDatabase,
  table: Table,
  after: RowKey | undefined,
): { expired: RowKey[]; last: RowKey | undefined } {
  const first = Buffer.alloc(0)
  const rows = database
    .sql(
      `SELECT partition, sort, item FROM ${table.rows} WHERE (partition, sort) > (?, ?) ORDER BY partition, sort LIMIT ${slice}`,
    )
    .all(after?.partition ?? first, after?.sort ?? first)
  const expired: RowKey[] = []
  let last: RowKey | undefined
  for (const { partition, sort, item } of rows) {
    last = { partition: Buffer.from(partition as Uint8Array), sort: Buffer.from(sort as Uint8Array) }
    if (hasExpired(database, table, JSON.parse(String(item)) as Item)) expired.push(last)
  }
  return { expired, last: rows.length < slice ? undefined : last }
}

function removeIfExpired(database: EngineDatabase, table: Table, key: RowKey): boolean {
  const before = readStored(database, table, key)
  if (!before || !hasExpired(database, table, before.item)) return false
  database.commit(rowChanges(database, { table, key, before, after: undefined, expired: true }))
  return true
}

function hasExpired({ clock }: EngineDatabase, { timeToLive }: Table, item: Item): boolean {
  const { N } = attribute(item, timeToLive ?? '') ?? {}
  const at = number({ N }, 'N')
  const now = Math.floor(clock.now() / 1000)
  return at !== undefined && at < now && at > now - mostYears * secondsOfYear
}
