import { Kind, type ValueNode } from 'graphql'
import { isDate, isDateTime, isTime } from './dates.ts'
import { isEmail, isIpAddress, isPhone, isUrl } from './formats.ts'
import { javaClass, javaText } from './javaValue.ts'

/** A value that does not fit its type; the message is the tail of AppSync's own. */
export class CoercionError extends Error {}

/** How one scalar passes values in and out. Each function throws CoercionError. */
export interface Scalar {
  /** A variable's value, as JSON gives it. */
  parseValue(value: unknown): unknown
  /** A literal in the query, never a variable or null. */
  parseLiteral(node: ValueNode): unknown
  /** A resolver's value, never null. */
  serialize(value: unknown): unknown
}

/** A scalar that is text of a given form and passes through unchanged. */
function textual(what: string, fits: (text: string) => boolean): Scalar {
  const check = (verb: 'parse' | 'serialize', value: unknown): string => {
    if (typeof value === 'string' && fits(value)) return value
    throw new CoercionError(`Unable to ${verb} \`${javaText(value)}\` as ${what}.`)
  }
  return {
    parseValue: (value) => check('parse', value),
    parseLiteral: (node) => (node.kind === Kind.STRING ? check('parse', node.value) : wrongLiteral()),
    serialize: (value) => check('serialize', value),
  }
}

function wrongLiteral(): never {
  throw new CoercionError('')
}

function number(value: unknown, name: string, fits: (value: number) => boolean): number {
  const parsed =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
  if (fits(parsed)) return parsed
  throw new CoercionError(`Expected type '${name}' but was '${javaClass(value)}'.`)
}

const fitsInt = (value: number): boolean => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
const int: Scalar = {
  parseValue: (value) => number(value, 'Int', fitsInt),
  parseLiteral: (node) =>
    node.kind === Kind.INT && fitsInt(Number(node.value)) ? Number(node.value) : wrongLiteral(),
  serialize: (value) => number(value, 'Int', fitsInt),
}

const float: Scalar = {
  parseValue: (value) => number(value, 'Float', Number.isFinite),
  parseLiteral: (node) =>
    (node.kind === Kind.INT || node.kind === Kind.FLOAT) && Number.isFinite(Number(node.value))
      ? Number(node.value)
      : wrongLiteral(),
  serialize: (value) => number(value, 'Float', Number.isFinite),
}

const string: Scalar = {
  parseValue: javaText,
  parseLiteral: (node) => (node.kind === Kind.STRING ? node.value : wrongLiteral()),
  serialize: javaText,
}

function id(value: unknown): string {
  if (typeof value === 'string' || Number.isInteger(value)) return String(value)
  throw new CoercionError(`Expected type 'ID' but was '${javaClass(value)}'.`)
}
const identifier: Scalar = {
  parseValue: id,
  parseLiteral: (node) => (node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : wrongLiteral()),
  serialize: id,
}

function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value.toLowerCase() === 'true'
  if (typeof value === 'number') return value !== 0
  throw new CoercionError(`Expected type 'Boolean' but was '${javaClass(value)}'.`)
}
const boolean: Scalar = {
  parseValue: truth,
  parseLiteral: (node) => (node.kind === Kind.BOOLEAN ? node.value : wrongLiteral()),
  serialize: truth,
}

function fromJson(value: unknown): unknown {
  try {
    if (typeof value === 'string') return JSON.parse(value)
  } catch {
    // Refused below, as text that is no string is.
  }
  throw new CoercionError(`Unable to parse ${javaText(value)} as valid JSON.`)
}
const json: Scalar = {
  parseValue: fromJson,
  parseLiteral: (node) => (node.kind === Kind.STRING ? fromJson(node.value) : wrongLiteral()),
  serialize: (value) => JSON.stringify(value),
}

function seconds(verb: 'parse' | 'serialize', value: unknown): number {
  const parsed = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  if (typeof parsed === 'number' && Number.isSafeInteger(parsed)) return parsed
  throw new CoercionError(`Unable to ${verb} \`${javaText(value)}\` as a valid timestamp.`)
}
const timestamp: Scalar = {
  parseValue: (value) => seconds('parse', value),
  parseLiteral: (node) => (node.kind === Kind.INT ? seconds('parse', Number(node.value)) : wrongLiteral()),
  serialize: (value) => seconds('serialize', value),
}

/** Every scalar of an AppSync schema, GraphQL's own with graphql-java's leniency. */
export const scalars: Readonly<Record<string, Scalar>> = {
  Int: int,
  Float: float,
  String: string,
  ID: identifier,
  Boolean: boolean,
  AWSDate: textual('a valid date', isDate),
  AWSTime: textual('a valid time', isTime),
  AWSDateTime: textual('a valid DateTime Object', isDateTime),
  AWSTimestamp: timestamp,
  AWSEmail: textual('a valid email address', isEmail),
  AWSJSON: json,
  AWSURL: textual('a valid URL', isUrl),
  AWSPhone: textual('a valid phone number', isPhone),
  AWSIPAddress: textual('a valid IP address', isIpAddress),
}
