import { BlockList, isIP } from 'node:net'
import { pattern } from './pattern.ts'
import type { RequestKeys } from './request-keys.ts'

/** Whether a value of the request matches one value of the policy. */
export interface Matcher {
  /** Lower-cased keys that the policy's value takes from the request. */
  readonly keys: readonly string[]
  matches(value: string, request: RequestKeys): boolean
}

/** Makes a matcher of a policy's value; throws an Error that says what is wrong with the value. */
export type Operator = (value: string, variables: boolean) => Matcher

const plain = (matches: (value: string) => boolean): Matcher => ({ keys: [], matches })

function comparing(
  read: (text: string) => number,
  kind: string,
  compare: (value: number, limit: number) => boolean,
): Operator {
  return (text) => {
    const limit = read(text)
    if (Number.isNaN(limit)) throw new Error(`${text} is no ${kind}`)
    return plain((value) => compare(read(value), limit))
  }
}

const comparisons: readonly [string, (value: number, limit: number) => boolean][] = [
  ['Equals', (value, limit) => value === limit],
  ['LessThan', (value, limit) => value < limit],
  ['LessThanEquals', (value, limit) => value <= limit],
  ['GreaterThan', (value, limit) => value > limit],
  ['GreaterThanEquals', (value, limit) => value >= limit],
]

const number = (text: string): number => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN)
/** ISO 8601 or seconds since the epoch. */
const date = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

const arn: Operator = (text, variables) => {
  if (text !== '*' && !text.startsWith('arn:') && !text.startsWith('$')) throw new Error(`${text} is no ARN`)
  return pattern(text, 'arn', { variables })
}

const bool: Operator = (text) => {
  const wanted = text.toLowerCase()
  if (wanted !== 'true' && wanted !== 'false') throw new Error(`${text} is neither true nor false`)
  return plain((value) => value.toLowerCase() === wanted)
}

const address: Operator = (text) => {
  const [ip = '', bits] = text.split('/')
  const version = isIP(ip)
  if (version === 0) throw new Error(`${text} is no IP address or range`)
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(ip, bits === undefined ? (version === 4 ? 32 : 128) : Number(bits), family)
  return plain((value) => isIP(value) === version && list.check(value, family))
}

/** Condition operators that ask for a match. */
const matching: Readonly<Record<string, Operator>> = {
  StringEquals: (text, variables) => pattern(text, 'literal', { variables }),
  StringEqualsIgnoreCase: (text, variables) => pattern(text, 'literal', { variables, ignoreCase: true }),
  StringLike: (text, variables) => pattern(text, 'text', { variables }),
  ArnEquals: arn,
  ArnLike: arn,
  Bool: bool,
  BinaryEquals: (text) => plain((value) => value === text),
  IpAddress: address,
  ...Object.fromEntries(
    comparisons.flatMap(([name, compare]) => [
      [`Numeric${name}`, comparing(number, 'number', compare)],
      [`Date${name}`, comparing(date, 'date', compare)],
    ]),
  ),
}

/** Operators that ask for no match, and the one whose match they refuse. */
const refusing: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
}

/** The operator of this name, undefined when IAM has none. `Null` is not among them: it looks at no value. */
export function operatorNamed(name: string): { operator: Operator; negated: boolean } | undefined {
  const negated = Object.hasOwn(refusing, name)
  const base = negated ? (refusing[name] ?? name) : name
  const operator = Object.hasOwn(matching, base) ? matching[base] : undefined
  return operator && { operator, negated }
}
