import { record, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { invalid } from '../errors.ts'
import { checkedValue } from '../values.ts'
import type { AttributeValue } from '../values.ts'
import { parseCondition } from './condition.ts'
import type { ParsedCondition } from './condition.ts'
import type { Scope, Used } from './parse.ts'
import { parseProjection } from './projection.ts'
import type { ParsedProjection } from './projection.ts'
import { ExpressionError } from './tokens.ts'
import { parseUpdate } from './update.ts'
import type { ParsedUpdate } from './update.ts'

interface Parsed {
  UpdateExpression: ParsedUpdate
  ConditionExpression: ParsedCondition
  KeyConditionExpression: ParsedCondition
  FilterExpression: ParsedCondition
  ProjectionExpression: ParsedProjection
}
export type ExpressionName = keyof Parsed

/** The expressions of a request, parsed and checked, and what they call attributes and values by. */
export type Expressions = Partial<Parsed> & { readonly scope: Scope }

const parsers: { readonly [Name in ExpressionName]: (expression: string) => Parsed[Name] } = {
  UpdateExpression: parseUpdate,
  ConditionExpression: parseCondition,
  KeyConditionExpression: parseCondition,
  FilterExpression: parseCondition,
  ProjectionExpression: parseProjection,
}

const longest = 4096
const noNames: Readonly<Record<string, string>> = {}
const noValues: Readonly<Record<string, AttributeValue>> = {}
const nothing: Expressions = { scope: { names: noNames, values: noValues } }

/** Reads those of `possible` that the request has. Throws a ValidationException when one cannot be meant so. */
export function readExpressions(input: Input, possible: readonly ExpressionName[]): Expressions {
  const given = possible.filter((name) => typeof input[name] === 'string')
  if (given.length === 0 && !input.ExpressionAttributeNames && !input.ExpressionAttributeValues)
    return nothing
  checkNeeded(input, given, possible)
  const scope = { names: namesOf(input), values: valuesOf(input) }
  const expressions: Expressions = { scope }
  for (const name of given) read(expressions, name, text(input, name) ?? '')
  const parsed = given.map((name) => expressions[name]).filter((each) => each !== undefined)
  checkUsed(
    'ExpressionAttributeNames',
    Object.keys(scope.names),
    parsed.map(({ names }) => names),
  )
  checkUsed(
    'ExpressionAttributeValues',
    Object.keys(scope.values),
    parsed.map(({ values }) => values),
  )
  return expressions
}

function read(expressions: Expressions, name: ExpressionName, expression: string): void {
  const wrong = (message: string): Error => invalid(`Invalid ${name}: ${message}`)
  try {
    const parsed = cached(name, expression)
    const problem = undefinedIn(parsed, expressions.scope) ?? firstProblem(parsed, expressions.scope)
    if (problem !== undefined) throw wrong(problem)
    Object.assign(expressions, { [name]: parsed })
  } catch (error) {
    throw error instanceof ExpressionError ? wrong(error.message) : error
  }
}

/** Applications have few expressions and use them again and again. */
const cache = new Map<string, Parsed[ExpressionName]>()
const mostCached = 2_000

function cached(name: ExpressionName, expression: string): Parsed[ExpressionName] {
  const key = `${name} ${expression}`
  const known = cache.get(key)
  if (known) return known
  if (expression.trim() === '') throw new ExpressionError('The expression can not be empty;')
  const size = Buffer.byteLength(expression)
  if (size > longest)
    throw new ExpressionError(
      `Expression size has exceeded the maximum allowed size; expression size: ${size}`,
    )
  const parsed = parsers[name](expression)
  if (cache.size >= mostCached) cache.clear()
  cache.set(key, parsed)
  return parsed
}

function undefinedIn({ names, values }: Used, scope: Scope): string | undefined {
  for (const name of names)
    if (!Object.hasOwn(scope.names, name))
      return `An expression attribute name used in the document path is not defined; attribute name: ${name}`
  for (const name of values)
    if (!Object.hasOwn(scope.values, name))
      return `An expression attribute value used in expression is not defined; attribute value: ${name}`
  return undefined
}

function firstProblem({ checks }: Used, scope: Scope): string | undefined {
  for (const check of checks) {
    const problem = check(scope)
    if (problem !== undefined) return problem
  }
  return undefined
}

function checkNeeded(
  input: Input,
  given: readonly ExpressionName[],
  possible: readonly ExpressionName[],
): void {
  if (input.ExpressionAttributeNames !== undefined && given.length === 0)
    throw invalid('ExpressionAttributeNames can only be specified when using expressions')
  const withValues = possible.filter((name) => name !== 'ProjectionExpression')
  if (input.ExpressionAttributeValues === undefined || withValues.length === 0) return
  if (withValues.some((name) => given.includes(name))) return
  throw invalid(
    'ExpressionAttributeValues can only be specified when using expressions: ' +
      `${withValues.join(' and ')} ${withValues.length > 1 ? 'are' : 'is'} null`,
  )
}

function namesOf(input: Input): Readonly<Record<string, string>> {
  const given = record(input.ExpressionAttributeNames)
  if (!given) return noNames
  const entries = Object.entries(given)
  if (entries.length === 0) throw invalid('ExpressionAttributeNames must not be empty')
  for (const [key, name] of entries) {
    if (!/^#[0-9a-zA-Z_]+$/.test(key))
      throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`)
    if (typeof name !== 'string' || name === '')
      throw invalid(
        `ExpressionAttributeNames contains invalid value: Length must be between 1 and 65535 characters for key ${key}`,
      )
  }
  return given as Record<string, string>
}

function valuesOf(input: Input): Readonly<Record<string, AttributeValue>> {
  const given = record(input.ExpressionAttributeValues)
  if (!given) return noValues
  const keys = Object.keys(given)
  if (keys.length === 0) throw invalid('ExpressionAttributeValues must not be empty')
  const values: Record<string, AttributeValue> = {}
  for (const key of keys) {
    if (!/^:[0-9a-zA-Z_]+$/.test(key))
      throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`)
    values[key] = namedValue(key, given[key])
  }
  return values
}

function namedValue(key: string, given: unknown): AttributeValue {
  try {
    return checkedValue(given)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error
    throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`)
  }
}

function checkUsed(member: string, keys: readonly string[], used: readonly ReadonlySet<string>[]): void {
  if (keys.every((key) => used.some((each) => each.has(key)))) return
  const unused = keys.filter((key) => !used.some((each) => each.has(key)))
  throw invalid(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`)
}
