import type { Item, AttributeValue } from './values.ts'
import { attribute, typeOf } from './values.ts'
import { binary } from './compare.ts'
import { invalid, invalidValue } from './errors.ts'
import { encodeNumber } from './numbers.ts'
import { keyNames } from './tables/table.ts'
import type { Index, KeyAttribute, KeySchema, KeyType, Table } from './tables/table.ts'

/** Where a row stands: the partition, hashed as in AWS so that a Scan has no order, and within it the sort key. */
export interface RowKey {
  readonly partition: Buffer
  readonly sort: Buffer
}

const longestPartition = 2048
const longestSort = 1024
const noSort = Buffer.alloc(0)
/** Bytes of hash before a partition key. */
const hashBytes = 4

/** Bytes that sort as key values do: strings by their UTF-8, numbers by size, binaries as they are. */
export function encodeKey(type: KeyType, value: AttributeValue): Buffer {
  if (type === 'S') return Buffer.from(value.S ?? '')
  return type === 'N' ? encodeNumber(value.N ?? '0') : binary(value.B ?? '')
}

export function encodePartition(type: KeyType, value: AttributeValue): Buffer {
  const key = encodeKey(type, value)
  const row = Buffer.allocUnsafe(hashBytes + key.length)
  row.writeUInt32BE(hash(key), 0)
  key.copy(row, hashBytes)
  return row
}

/** FNV-1a, stirred once more so that its first bits are as good as its last. */
function hash(bytes: Buffer): number {
  let state = 0x811c9dc5
  for (const byte of bytes) state = Math.imul(state ^ byte, 0x01000193)
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  return (state ^ (state >>> 13)) >>> 0
}

/** The place of a row by a key that was checked; undefined: an attribute of the key is missing or of another type. */
export function rowKey({ partition, sort }: KeySchema, item: Item): RowKey | undefined {
  const first = typed(item, partition)
  if (!first) return undefined
  if (!sort) return { partition: encodePartition(partition.type, first), sort: noSort }
  const second = typed(item, sort)
  return second && { partition: encodePartition(partition.type, first), sort: encodeKey(sort.type, second) }
}

function typed(item: Item, { name, type }: KeyAttribute): AttributeValue | undefined {
  const value = attribute(item, name)
  return value?.[type] === undefined ? undefined : value
}

/** The place that a request's `Key` names. Throws a ValidationException unless it is exactly the table's key. */
export function requestedKey({ key }: Table, given: Item): RowKey {
  const row = Object.keys(given).length === keyNames(key).length ? rowKey(key, given) : undefined
  if (!row) throw invalid('The provided key element does not match the schema')
  checkKeyValues(key, given)
  return row
}

/** The place of an item that is put. Throws a ValidationException when its key or an index's is no key. */
export function itemKey(table: Table, item: Item): RowKey {
  for (const { name, type } of attributes(table.key)) {
    const value = attribute(item, name)
    if (!value) throw invalidValue(`Missing the key ${name} in the item`)
    if (typeOf(value) !== type)
      throw invalidValue(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`)
  }
  checkKeyValues(table.key, item)
  for (const index of table.indexes) checkIndexKey(index, item)
  return rowKey(table.key, item) ?? { partition: noSort, sort: noSort }
}

function attributes({ partition, sort }: KeySchema): readonly KeyAttribute[] {
  return sort ? [partition, sort] : [partition]
}

/** What an index's key may be; an item without it is not in the index. */
export function checkIndexKey({ key, name: index }: Index, item: Item): void {
  for (const { name, type } of attributes(key)) {
    const value = attribute(item, name)
    if (!value) continue
    if (typeOf(value) !== type)
      throw invalidValue(
        `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index}`,
      )
    const kind = emptyKind(value)
    if (kind !== undefined)
      throw invalid(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
          `The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${index}, IndexKey: ${name}`,
      )
  }
  checkSizes(key, item)
}

function checkKeyValues(key: KeySchema, item: Item): void {
  for (const { name } of attributes(key)) {
    const value = attribute(item, name)
    const kind = value && emptyKind(value)
    if (kind !== undefined)
      throw invalid(
        'One or more parameter values are not valid. ' +
          `The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
      )
  }
  checkSizes(key, item)
}

function emptyKind({ S, B }: AttributeValue): 'string' | 'binary' | undefined {
  if (S === '') return 'string'
  return B === '' ? 'binary' : undefined
}

function checkSizes({ partition, sort }: KeySchema, item: Item): void {
  if (size(item, partition) > longestPartition)
    throw invalidValue(`Size of hashkey has exceeded the maximum size limit of${longestPartition} bytes`)
  if (sort && size(item, sort) > longestSort)
    throw invalidValue(
      `Aggregated size of all range keys has exceeded the size limit of ${longestSort} bytes`,
    )
}

function size(item: Item, { name }: KeyAttribute): number {
  const { S, B } = attribute(item, name) ?? {}
  return S === undefined ? Buffer.byteLength(B ?? '', 'base64') : Buffer.byteLength(S)
}
