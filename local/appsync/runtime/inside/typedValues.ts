import { isMap, parse, stringify } from './json.ts'

/** A DynamoDB attribute value as AppSync writes it: numbers stay numbers (`{N: 12}`) and null is `{NULL: null}`. */
export type TypedValue = Record<string, unknown>

/** Sets that resolver code made for an item of the helpers: values already, where other objects are maps. */
const sets = new WeakSet<object>()

/** A converter whose answer stays a set inside of what the helpers convert. */
export function keptAsSet(convert: (value: unknown) => TypedValue | null): typeof convert {
  return (value) => {
    const set = convert(value)
    if (set) sets.add(set)
    return set
  }
}

export function toDynamoDB(value: unknown): TypedValue | null {
  switch (typeof value) {
    case 'string':
      return { S: value }
    case 'number':
      return { N: value }
    case 'boolean':
      return { BOOL: value }
    case 'object':
      if (value === null) return { NULL: null }
      if (sets.has(value)) return value as TypedValue
      return Array.isArray(value) ? { L: listOf(value) } : { M: toMapValues(value) }
    default:
      return null
  }
}

/** Each value of the map converted; members that are undefined are left out, as JSON does. */
export function toMapValues(map: unknown): Record<string, unknown> | null {
  if (!isMap(map)) return null
  const converted: Record<string, unknown> = {}
  for (const name of Object.keys(map)) if (map[name] !== undefined) converted[name] = toDynamoDB(map[name])
  return converted
}

function listOf(list: readonly unknown[]): unknown[] {
  const converted: unknown[] = []
  for (const each of list) converted.push(toDynamoDB(each ?? null))
  return converted
}

function as(type: string): (value: unknown) => TypedValue | null {
  return (value) => (value === null || value === undefined ? null : { [type]: value })
}

/** `util.dynamodb`. Converters answer null for null. */
export const dynamodb = {
  toDynamoDB,
  toMapValues,
  toString: as('S'),
  toStringSet: as('SS'),
  toNumber: as('N'),
  toNumberSet: as('NS'),
  toBinary: as('B'),
  toBinarySet: as('BS'),
  toBoolean: as('BOOL'),
  toNull: (): TypedValue => ({ NULL: null }),
  toList: (list: unknown): TypedValue | null => (Array.isArray(list) ? { L: listOf(list) } : null),
  toMap: (map: unknown): TypedValue | null => (isMap(map) ? { M: toMapValues(map) } : null),
  toS3Object(key: string, bucket: string, region: string, version?: string): TypedValue {
    return { S: stringify({ s3: { key, bucket, region, version } }) }
  },
  fromS3ObjectJson(text: string): unknown {
    const read: unknown = parse(text)
    return isMap(read) ? read.s3 : null
  },
}
