import { isIPv4, isIPv6, BlockList } from 'node:net'

export type Matcher = (event: unknown) => boolean

/** Does a field's values fit? Values are the scalars found at the path; none when the field is absent. */
type Test = (values: readonly unknown[]) => boolean

/** A pattern that EventBridge would refuse; the message names the part. */
class InvalidPattern extends Error {}

/**
 * Compiles an EventBridge event pattern (also the filters of Lambda's event source mappings). Lists of an event match
 * when any of their elements does; `exists` looks at leaves only, as EventBridge says.
 */
export function compilePattern(pattern: unknown): Matcher {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw new InvalidPattern('Event pattern is not valid. Reason: Empty patterns are not allowed')
  return objectMatcher(pattern, '')
}

function objectMatcher(pattern: Record<string, unknown>, path: string): Matcher {
  const parts = Object.entries(pattern).map(([key, part]) => partMatcher(key, part, path))
  return (event) => parts.every((part) => part(event))
}

function partMatcher(key: string, part: unknown, path: string): Matcher {
  const here = path === '' ? key : `${path}.${key}`
  if (key === '$or' && Array.isArray(part) && part.length > 1 && part.every(isObject)) {
    const branches = part.map((branch) => objectMatcher(branch, path))
    return (event) => branches.some((branch) => branch(event))
  }
  if (isObject(part)) {
    const inner = objectMatcher(part, here)
    return (event) => {
      const below = field(event, key)
      return Array.isArray(below) ? below.some(inner) : inner(below)
    }
  }
  if (!Array.isArray(part)) throw new InvalidPattern(`"${here}" must be an object or an array`)
  if (part.length === 0) throw new InvalidPattern(`Empty arrays are not allowed at "${here}"`)
  const tests = part.map((wanted) => test(wanted, here))
  return (event) => {
    const values = leaves(field(event, key))
    return tests.some((each) => each(values))
  }
}

function field(event: unknown, key: string): unknown {
  return isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined
}

function leaves(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(leaves)
  return value === undefined || isObject(value) ? [] : [value]
}

function test(wanted: unknown, path: string): Test {
  if (!isObject(wanted)) return (values) => values.includes(wanted)
  const [entry, ...more] = Object.entries(wanted)
  if (!entry || more.length > 0) throw new InvalidPattern(`Only one match expression is allowed at "${path}"`)
  const [operator, operand] = entry
  if (operator === 'exists') {
    if (typeof operand !== 'boolean')
      throw new InvalidPattern(`exists match pattern must be true or false at "${path}"`)
    return (values) => values.length > 0 === operand
  }
  const one = valueTest(operator, operand, path)
  return (values) => values.some(one)
}

function valueTest(operator: string, operand: unknown, path: string): (value: unknown) => boolean {
  switch (operator) {
    case 'anything-but':
      return anythingBut(operand, path)
    case 'numeric':
      return numeric(operand, path)
    case 'cidr':
      return cidr(operand, path)
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return stringTest(operator, operand, path)
    default:
      throw new InvalidPattern(`Unrecognized match type ${operator} at "${path}"`)
  }
}

function stringTest(operator: string, operand: unknown, path: string): (value: unknown) => boolean {
  const fold = isObject(operand) && Object.keys(operand).join() === 'equals-ignore-case'
  const given = fold ? operand['equals-ignore-case'] : operand
  if (typeof given !== 'string')
    throw new InvalidPattern(`${operator} match pattern must be a string at "${path}"`)
  const fits = stringOperator(operator, fold ? given.toLowerCase() : given, path)
  return (value) => typeof value === 'string' && fits(fold ? value.toLowerCase() : value)
}

function stringOperator(operator: string, text: string, path: string): (value: string) => boolean {
  switch (operator) {
    case 'prefix':
      return (value) => value.startsWith(text)
    case 'suffix':
      return (value) => value.endsWith(text)
    case 'equals-ignore-case':
      return (value) => value.toLowerCase() === text.toLowerCase()
    case 'wildcard': {
      const form = wildcard(text, path)
      return (value) => form.test(value)
    }
    default:
      throw new InvalidPattern(`Unrecognized match type ${operator} at "${path}"`)
  }
}

/** `*` stands for any characters; a backslash takes `*` and itself literally. */
function wildcard(text: string, path: string): RegExp {
  if (/(?<!\\)\*\*/.test(text)) throw new InvalidPattern(`Consecutive wildcard characters at "${path}"`)
  const source = text.replaceAll(/\\[*\\]|\*|[.+?^${}()|[\]\\]/g, (part) => {
    if (part === '*') return '[\\s\\S]*'
    return `\\${part.length === 2 ? part[1] : part}`
  })
  return new RegExp(`^${source}$`)
}

function anythingBut(operand: unknown, path: string): (value: unknown) => boolean {
  if (isObject(operand)) {
    const [entry, ...more] = Object.entries(operand)
    if (!entry || more.length > 0)
      throw new InvalidPattern(`Only one anything-but expression is allowed at "${path}"`)
    const refused = listOf(entry[1]).map((each) => stringTest(entry[0], each, path))
    return (value) => !refused.some((refuses) => refuses(value))
  }
  const refused: readonly unknown[] = listOf(operand)
  if (refused.length === 0 || !refused.every((each) => typeof each === 'string' || typeof each === 'number'))
    throw new InvalidPattern(`anything-but list must be strings or numbers at "${path}"`)
  const values = new Set<unknown>(refused)
  return (value) => !values.has(value)
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

function numeric(operand: unknown, path: string): (value: unknown) => boolean {
  const list = listOf(operand)
  const tests: ((value: number) => boolean)[] = []
  for (let at = 0; at < list.length; at += 2) {
    const compare = comparisons[String(list[at])]
    const bound = list[at + 1]
    if (!compare || typeof bound !== 'number')
      throw new InvalidPattern(`Unrecognized numeric range ${JSON.stringify(operand)} at "${path}"`)
    tests.push((value) => compare(value, bound))
  }
  if (tests.length === 0 || tests.length > 2)
    throw new InvalidPattern(`Numeric range needs one or two bounds at "${path}"`)
  return (value) => typeof value === 'number' && tests.every((each) => each(value))
}

function cidr(operand: unknown, path: string): (value: unknown) => boolean {
  const [address = '', bits = ''] = typeof operand === 'string' ? operand.split('/') : []
  const type = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (!(isIPv4(address) || isIPv6(address)) || !/^\d+$/.test(bits))
    throw new InvalidPattern(`Malformed CIDR ${JSON.stringify(operand)} at "${path}"`)
  const block = new BlockList()
  block.addSubnet(address, Number(bits), type)
  return (value) =>
    typeof value === 'string' &&
    (isIPv4(value) || isIPv6(value)) &&
    block.check(value, isIPv4(value) ? 'ipv4' : 'ipv6')
}

function listOf(operand: unknown): readonly unknown[] {
  return Array.isArray(operand) ? operand : [operand]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
