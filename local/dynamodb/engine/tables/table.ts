import type { Input } from '../../../aws/service.ts'
import type { StreamViewType } from '../../tables/definition.ts'

export type KeyType = 'S' | 'N' | 'B'

export interface KeyAttribute {
  readonly name: string
  readonly type: KeyType
}

export interface KeySchema {
  readonly partition: KeyAttribute
  readonly sort?: KeyAttribute | undefined
}

/** What an index holds of an item besides the keys. */
export type Projection = 'ALL' | 'KEYS_ONLY' | readonly string[]

export interface Index {
  readonly name: string
  readonly kind: 'global' | 'local'
  readonly key: KeySchema
  readonly projection: Projection
  /** The SQL table that holds the index's keys. */
  readonly rows: string
  readonly throughput?: Input | undefined
}

export interface Stream {
  readonly viewType: StreamViewType
  /** The SQL table that holds the records. */
  readonly rows: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** A table as it is kept: what DescribeTable tells follows from it. */
export interface Table {
  readonly name: string
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly since: number
  /** The SQL table that holds the items. */
  readonly rows: string
  readonly types: Readonly<Record<string, KeyType>>
  readonly key: KeySchema
  readonly indexes: readonly Index[]
  readonly billing: 'PROVISIONED' | 'PAY_PER_REQUEST'
  readonly throughput?: Input | undefined
  readonly stream?: Stream | undefined
  /** Attribute that holds the expiry. */
  readonly timeToLive?: string | undefined
  readonly deletionProtection?: boolean | undefined
  readonly tableClass?: string | undefined
}

/** Names of the attributes of a key, the partition key's first. */
export function keyNames({ partition, sort }: KeySchema): readonly string[] {
  return sort ? [partition.name, sort.name] : [partition.name]
}

export function findIndex({ indexes }: Table, name: string): Index | undefined {
  return indexes.find((index) => index.name === name)
}

/** The attributes that an index has of every item; undefined: all. */
export function projectedNames(table: Table, { key, projection }: Index): ReadonlySet<string> | undefined {
  if (projection === 'ALL') return undefined
  const more = projection === 'KEYS_ONLY' ? [] : projection
  return new Set([...keyNames(table.key), ...keyNames(key), ...more])
}
