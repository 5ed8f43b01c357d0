import { RequestError } from './dataSource.ts'

export type Fields = Readonly<Record<string, unknown>>

export function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A request object, or the part of it at `path` (`$[condition]`). */
export function fieldsAt(value: unknown, path = '$'): Fields {
  if (isMap(value)) return value
  if (value === null || value === undefined) throw new RequestError(`Value for field '${path}' not found.`)
  throw new RequestError(`Expected a map for field '${path}' but got '${JSON.stringify(value)}' instead.`)
}

/** Refuses members that AppSync does not know, each by its path. */
export function onlyFields(fields: Fields, known: readonly string[], path = '$'): void {
  for (const name of Object.keys(fields))
    if (!known.includes(name)) throw new RequestError(`Unsupported element '${path}[${name}]'.`)
}

export function required(fields: Fields, name: string, path = '$'): unknown {
  const value = fields[name]
  if (value === undefined || value === null)
    throw new RequestError(`Value for field '${path}[${name}]' not found.`)
  return value
}

export function requiredString(fields: Fields, name: string, path = '$'): string {
  const value = required(fields, name, path)
  if (typeof value !== 'string') throw mistyped(`${path}[${name}]`, 'STRING', value)
  return value
}

export function optional(fields: Fields, name: string, type: 'string', path?: string): string | undefined
export function optional(fields: Fields, name: string, type: 'number', path?: string): number | undefined
export function optional(fields: Fields, name: string, type: 'boolean', path?: string): boolean | undefined
export function optional(fields: Fields, name: string, type: string, path = '$'): unknown {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== type) throw mistyped(`${path}[${name}]`, type.toUpperCase(), value)
  return value
}

export function requiredList(fields: Fields, name: string, path = '$'): readonly unknown[] {
  const value = required(fields, name, path)
  if (!Array.isArray(value)) throw mistyped(`${path}[${name}]`, 'ARRAY', value)
  return value
}

function mistyped(path: string, expected: string, value: unknown): RequestError {
  const got = Array.isArray(value)
    ? 'ARRAY'
    : value === null
      ? 'NULL'
      : typeof value === 'object'
        ? 'OBJECT'
        : typeof value
  return new RequestError(`Expected field '${path}' to be of type ${expected} but got ${got.toUpperCase()}.`)
}
