import { BlockList, isIP } from 'node:net'
import { record } from '../aws/input.ts'

/** What SNS finds wrong with a filter policy. */
export class PolicyFault extends Error {}

/** One pattern of a filter policy: on whether there is a value, on any of the values, or on all of them. */
export type Leaf =
  | { readonly kind: 'exists'; readonly exists: boolean }
  | { readonly kind: 'any'; readonly test: (value: unknown) => boolean }
  | { readonly kind: 'all'; readonly test: (value: unknown) => boolean }

export function patternOf(pattern: unknown): Leaf {
  if (pattern === null || ['string', 'number', 'boolean'].includes(typeof pattern))
    return { kind: 'any', test: (value) => value === pattern }
  const operators = Object.entries(record(pattern) ?? {})
  const [operator, operand] = operators[0] ?? []
  if (operator === undefined)
    throw new PolicyFault('Match value must be String, number, true, false, or null')
  if (operators.length > 1) throw new PolicyFault('Only one key allowed in match expression')
  return operatorOf(operator, operand)
}

function operatorOf(operator: string, operand: unknown): Leaf {
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean')
        throw new PolicyFault('exists match pattern must be either true or false.')
      return { kind: 'exists', exists: operand }
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return { kind: 'any', test: textTest(operator, operand) }
    case 'numeric':
      return { kind: 'any', test: numericTest(operand) }
    case 'cidr':
      return { kind: 'any', test: cidrTest(operand) }
    case 'anything-but':
      return { kind: 'all', test: anythingBut(operand) }
    default:
      throw new PolicyFault(`Unrecognized match type ${operator}`)
  }
}

function textTest(
  operator: 'prefix' | 'suffix' | 'equals-ignore-case',
  operand: unknown,
): (value: unknown) => boolean {
  if (typeof operand !== 'string') throw new PolicyFault(`${operator} match pattern must be a string`)
  const holds = {
    prefix: (value: string) => value.startsWith(operand),
    suffix: (value: string) => value.endsWith(operand),
    'equals-ignore-case': (value: string) => value.toLowerCase() === operand.toLowerCase(),
  }[operator]
  return (value) => typeof value === 'string' && holds(value)
}

function anythingBut(operand: unknown): (value: unknown) => boolean {
  const nested = record(operand)
  if (nested) {
    const [[operator, inner] = ['', undefined]] = Object.entries(nested)
    if (operator !== 'prefix') throw new PolicyFault(`Unsupported anything-but pattern: ${operator}`)
    const prefixed = textTest('prefix', inner)
    return (value) => !prefixed(value)
  }
  const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  if (
    excluded.length === 0 ||
    !excluded.every((each) => typeof each === 'string' || typeof each === 'number')
  )
    throw new PolicyFault('anything-but list must contain only numbers or strings')
  return (value) => !excluded.some((each) => each === value)
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

function numericTest(operand: unknown): (value: unknown) => boolean {
  const terms: readonly unknown[] = Array.isArray(operand) ? operand : []
  const lower = numericTerm(terms[0], terms[1], terms.length === 0 ? ']' : terms[0])
  if (terms.length === 2) return (value) => typeof value === 'number' && lower.holds(value)
  if (!lower.operator.startsWith('>')) throw new PolicyFault('Too many elements in numeric expression')
  if (typeof terms[2] !== 'string') throw new PolicyFault(`Bad value in numeric range: ${String(terms[2])}`)
  if (!terms[2].startsWith('<')) throw new PolicyFault(`Bad numeric range operator: ${terms[2]}`)
  const upper = numericTerm(terms[2], terms[3], terms[2])
  if (terms.length > 4) throw new PolicyFault('Too many terms in numeric range expression')
  if (lower.bound >= upper.bound) throw new PolicyFault('Bottom must be less than top')
  return (value) => typeof value === 'number' && lower.holds(value) && upper.holds(value)
}

function numericTerm(
  operator: unknown,
  bound: unknown,
  shown: unknown,
): { operator: string; bound: number; holds: (value: number) => boolean } {
  if (typeof operator !== 'string') throw new PolicyFault(`Invalid member in numeric match: ${String(shown)}`)
  const holds = comparisons[operator]
  if (!holds) throw new PolicyFault(`Unrecognized numeric range operator: ${operator}`)
  if (typeof bound !== 'number')
    throw new PolicyFault(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`)
  return { operator, bound, holds: (value) => holds(value, bound) }
}

function cidrTest(operand: unknown): (value: unknown) => boolean {
  if (typeof operand !== 'string') throw new PolicyFault('prefix match pattern must be a string')
  const [address = '', bits, ...more] = operand.split('/')
  if (bits === undefined || more.length > 0) throw new PolicyFault("Malformed CIDR, one '/' required")
  if (!/^\d+$/.test(bits)) throw new PolicyFault('Malformed CIDR, mask bits must be an integer')
  const family = isIP(address)
  if (family === 0) throw new PolicyFault(`Nonstandard IP address: ${address}`)
  if (Number(bits) > (family === 4 ? 32 : 128))
    throw new PolicyFault(`Malformed CIDR, mask bits must be an integer`)
  const list = new BlockList()
  list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return (value) => {
    if (typeof value !== 'string') return false
    const given = isIP(value)
    return given !== 0 && list.check(value, given === 4 ? 'ipv4' : 'ipv6')
  }
}
