import { isMap } from './json.ts'

interface Rule {
  fieldName: string
  operator: string
  value: unknown
}

/** Alternatives, each a list of rules that hold together. */
type Alternatives = Rule[][]

/**
 * `util.transform.toSubscriptionFilter`: groups of rules, of which one group must hold. Operators on one field,
 * members of `or` and extra rules are alternatives, so groups multiply. Operators are not judged here.
 */
export function toSubscriptionFilter(
  filter: unknown,
  ignored: readonly string[] = [],
  rules?: unknown,
): unknown {
  if (!isMap(filter)) return null
  let alternatives = alternativesOf(filter, ignored)
  if (isMap(rules)) alternatives = both(alternatives, anyRule(rules))
  const filterGroup: { filters: Rule[] }[] = []
  for (const filters of alternatives) if (filters.length > 0) filterGroup.push({ filters })
  return { filterGroup }
}

function alternativesOf(filter: Record<string, unknown>, ignored: readonly string[]): Alternatives {
  let all: Alternatives = [[]]
  for (const name of Object.keys(filter)) {
    const value = filter[name]
    if (value === undefined || ignored.includes(name)) continue
    if (name === 'and' && Array.isArray(value)) {
      for (const member of value as unknown[])
        if (isMap(member)) all = both(all, alternativesOf(member, ignored))
    } else if (name === 'or' && Array.isArray(value)) {
      const either: Alternatives = []
      for (const member of value as unknown[])
        if (isMap(member)) either.push(...alternativesOf(member, ignored))
      all = both(all, either)
    } else all = both(all, operatorsOn(name, value))
  }
  return all
}

function operatorsOn(fieldName: string, operators: unknown): Alternatives {
  const alternatives: Alternatives = []
  if (!isMap(operators)) return alternatives
  for (const operator of Object.keys(operators)) {
    const value = operators[operator]
    if (value !== undefined) alternatives.push([{ fieldName, operator, value }])
  }
  return alternatives
}

/** At least one of the rules. */
function anyRule(rules: Record<string, unknown>): Alternatives {
  const alternatives: Alternatives = []
  for (const name of Object.keys(rules)) alternatives.push(...operatorsOn(name, rules[name]))
  return alternatives
}

/** Every pair of one alternative of each; a side without any does not count. */
function both(left: Alternatives, right: Alternatives): Alternatives {
  if (right.length === 0) return left
  const pairs: Alternatives = []
  for (const a of left) for (const b of right) pairs.push([...a, ...b])
  return pairs
}
