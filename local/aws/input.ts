import type { Input } from './service.ts'

/** Readers of request members and resource properties: what is absent or of another type is undefined. */

export function text(input: Input, name: string): string | undefined {
  const value = input[name]
  return typeof value === 'string' ? value : undefined
}

/** Also takes digits in a string, as templates and the query protocol write numbers. */
export function number(input: Input, name: string): number | undefined {
  const value = input[name]
  if (typeof value === 'number') return value
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value)
  return undefined
}

/** Also takes `"true"` and `"false"`, as templates and the query protocol write them. */
export function flag(input: Input, name: string): boolean | undefined {
  const value = input[name]
  if (typeof value === 'boolean') return value
  if (value === 'true') return true
  if (value === 'false') return false
  return undefined
}

export function record(value: unknown): Input | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Input) : undefined
}

/** The objects of a list; what is no object is left out. */
export function records(value: unknown): Input[] {
  return Array.isArray(value) ? value.map(record).filter((each) => each !== undefined) : []
}

/** The strings of a list; what is no string is left out. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

/** Parses JSON without throwing: undefined when it is none. */
export function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return undefined
  }
}

/** A map of strings; numbers and flags are written out, what else is no string is left out. */
export function textMap(value: unknown): Record<string, string> {
  const map: Record<string, string> = {}
  for (const [name, each] of Object.entries(record(value) ?? {}))
    if (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean')
      map[name] = String(each)
  return map
}
