/** One condition on a field of what is pushed. */
export interface Filter {
  /** Names on the way to the field. */
  readonly path: readonly string[]
  readonly operator: string
  readonly value: unknown
}

/** Alternatives, each a list of conditions that must hold together. */
export type FilterGroups = readonly (readonly Filter[])[]

/** A filter object that AppSync refuses. */
export class FilterRefused extends Error {}

/** Levels a path may have; AppSync ignores conditions on deeper ones. */
const deepest = 5

type Test = (found: unknown, value: unknown) => boolean

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
const compared = (a: unknown, b: unknown, holds: (order: number) => boolean): boolean => {
  if (typeof a === 'number' && typeof b === 'number') return holds(a - b)
  return typeof a === 'string' && typeof b === 'string' && holds(a < b ? -1 : a > b ? 1 : 0)
}
const contains: Test = (found, value) =>
  typeof found === 'string'
    ? typeof value === 'string' && found.includes(value)
    : list(found).some((each) => same(each, value))
const isIn: Test = (found, value) => list(value).some((each) => same(found, each))

const operators: Readonly<Record<string, Test>> = {
  eq: same,
  ne: (found, value) => !same(found, value),
  le: (found, value) => compared(found, value, (order) => order <= 0),
  lt: (found, value) => compared(found, value, (order) => order < 0),
  ge: (found, value) => compared(found, value, (order) => order >= 0),
  gt: (found, value) => compared(found, value, (order) => order > 0),
  contains,
  notContains: (found, value) => !contains(found, value),
  containsAny: (found, value) => list(value).some((each) => contains(found, each)),
  beginsWith: (found, value) =>
    typeof found === 'string' && typeof value === 'string' && found.startsWith(value),
  in: isIn,
  notIn: (found, value) => !isIn(found, value),
  between: (found, value) => {
    const [from, to] = list(value)
    return compared(found, from, (order) => order >= 0) && compared(found, to, (order) => order <= 0)
  },
}

/** The value at a path; undefined where there is none or a list is on the way. */
export function valueAt(payload: unknown, path: readonly string[]): unknown {
  let value = payload
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  }
  return value
}

export function holds({ path, operator, value }: Filter, payload: unknown): boolean {
  return operators[operator]?.(valueAt(payload, path), value) ?? false
}

/** Whether any of the alternatives holds. */
export function passes(groups: FilterGroups, payload: unknown): boolean {
  return groups.some((filters) => filters.every((filter) => holds(filter, payload)))
}

/** Arguments filter on equality with the fields of the same names; null stands for null or absent. */
export function filterOfArguments(values: Readonly<Record<string, unknown>>): FilterGroups {
  return [Object.entries(values).map(([name, value]) => ({ path: [name], operator: 'eq', value }))]
}

/** Reads what a resolver handed to `setSubscriptionFilter`. Throws FilterRefused for what is no filter. */
export function filterOfObject(filter: unknown): FilterGroups {
  const groups = member(filter, 'filterGroup')
  if (!Array.isArray(groups) || groups.length === 0)
    throw new FilterRefused('filterGroup must be a list of filters')
  return groups.map((group: unknown) => {
    const filters = member(group, 'filters')
    if (!Array.isArray(filters)) throw new FilterRefused('filters must be a list')
    return filters.map(condition).filter(({ path }) => path.length <= deepest)
  })
}

function condition(filter: unknown): Filter {
  const [field, operator] = [member(filter, 'fieldName'), member(filter, 'operator')]
  if (typeof field !== 'string' || field === '') throw new FilterRefused('fieldName must be a string')
  if (typeof operator !== 'string' || !Object.hasOwn(operators, operator))
    throw new FilterRefused(`there is no filter operator ${JSON.stringify(operator)}`)
  return { path: field.split('.'), operator, value: member(filter, 'value') }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
