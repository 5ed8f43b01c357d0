import type { DatabaseSync } from 'node:sqlite'
import { record, records, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { KnownTable } from '../database.ts'
import type { StreamViewType } from './definition.ts'

/**
 * What a stream is switched on with underneath: always both images, for only with both can a write that changed
 * nothing be told, which on AWS leaves no record. Readers get the images of the view type that was asked for.
 */
export function storedStream(stream: StreamViewType | undefined): Input {
  if (!stream) return {}
  return { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }
}

/** Remembers the view type each stream was asked for with. */
export function viewTypes(store: DatabaseSync) {
  store.exec('CREATE TABLE IF NOT EXISTS view_type (table_name TEXT PRIMARY KEY, view_type TEXT NOT NULL)')
  const get = store.prepare('SELECT view_type FROM view_type WHERE table_name = ?')
  const put = store.prepare('INSERT OR REPLACE INTO view_type VALUES (?, ?)')
  return {
    get: (table: string) => get.get(table)?.view_type as StreamViewType | undefined,
    set: (table: string, viewType: StreamViewType) => void put.run(table, viewType),
  }
}

/** `description` as DescribeTable answers it. */
export function knownTable(description: Input, viewType: StreamViewType | undefined): KnownTable {
  const indexes = [
    ...records(description.GlobalSecondaryIndexes),
    ...records(description.LocalSecondaryIndexes),
  ]
  const streams = record(description.StreamSpecification)
  return {
    key: keyOf(description),
    indexKeys: Object.fromEntries(
      indexes.map((index) => [text(index, 'IndexName') ?? '', keyOf(index)[0] ?? '']),
    ),
    stream:
      streams?.StreamEnabled === true
        ? (viewType ?? (text(streams, 'StreamViewType') as StreamViewType | undefined))
        : undefined,
  }
}

function keyOf(keyed: Input): string[] {
  const [partition, sort] = ['HASH', 'RANGE'].map((type) =>
    records(keyed.KeySchema).find((key) => key.KeyType === type),
  )
  return [partition, sort].flatMap((key) => (key ? [text(key, 'AttributeName') ?? ''] : []))
}
