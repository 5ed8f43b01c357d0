import { isMap, stringify } from './json.ts'
import { toDynamoDB } from './typedValues.ts'

/** A DynamoDB expression made from a filter object. */
export interface FilterExpression {
  expression: string
  expressionNames: Record<string, unknown>
  expressionValues: Record<string, unknown>
}

const comparisons: Record<string, string> = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' }
const functions: Record<string, string> = {
  contains: 'contains',
  notContains: 'NOT contains',
  beginsWith: 'begins_with',
}
const attributeTypes: Record<string, string> = {
  _null: 'NULL',
  string: 'S',
  stringSet: 'SS',
  number: 'N',
  numberSet: 'NS',
  binary: 'B',
  binarySet: 'BS',
  boolean: 'BOOL',
  list: 'L',
  map: 'M',
}

/** A filter object that has no rendering: AppSync answers null for the whole. */
class Unrenderable extends Error {}

/** `util.transform.toDynamoDBFilterExpression` and `…ConditionExpression`: JSON text, or null for what makes no filter. */
export function toExpressionText(filter: unknown): string | null {
  const made = filterExpression(filter)
  return made && stringify(made)
}

export function filterExpression(filter: unknown): FilterExpression | null {
  const into: FilterExpression = { expression: '', expressionNames: {}, expressionValues: {} }
  try {
    into.expression = join(filterParts(filter, '', into), ' AND ')
    return into
  } catch (error) {
    if (error instanceof Unrenderable) return null
    throw error
  }
}

/** One part for each member of the filter. `prefix` keeps the names of values apart: `and_0_`. */
function filterParts(filter: unknown, prefix: string, into: FilterExpression): string[] {
  if (!isMap(filter)) throw new Unrenderable()
  const parts: string[] = []
  for (const name of Object.keys(filter)) {
    const value = filter[name]
    if (value === undefined) continue
    if (name === 'and' || name === 'or') parts.push(group(name, value, prefix, into))
    else if (name === 'not')
      parts.push(`(NOT ${wrapped(filterParts(value, `${prefix}not_`, into), ' AND ')})`)
    else {
      into.expressionNames[`#${name}`] = name
      parts.push(operators(value, `#${name}`, `#${name}`, `:${prefix}${name}_`, into))
    }
  }
  return parts
}

function group(name: 'and' | 'or', members: unknown, prefix: string, into: FilterExpression): string {
  if (!Array.isArray(members)) throw new Unrenderable()
  const parts: string[] = []
  for (const [at, member] of members.entries())
    parts.push(wrapped(filterParts(member, `${prefix}${name}_${at}_`, into), ' AND '))
  return wrapped(parts, name === 'and' ? ' AND ' : ' OR ')
}

/** What is asked of one attribute: `operand` stands for it (`#v`, `size(#v)`), values are named `value…`. */
function operators(
  asked: unknown,
  attribute: string,
  operand: string,
  value: string,
  into: FilterExpression,
): string {
  if (!isMap(asked)) throw new Unrenderable()
  const parts: string[] = []
  for (const operator of Object.keys(asked)) {
    const argument = asked[operator]
    if (argument === undefined) continue
    if (operator === 'size')
      parts.push(operators(argument, attribute, `size(${attribute})`, `${value}size_`, into))
    else parts.push(`(${operation(operator, argument, operand, value, into)})`)
  }
  return wrapped(parts, ' AND ')
}

function operation(
  operator: string,
  argument: unknown,
  operand: string,
  value: string,
  into: FilterExpression,
): string {
  const name = `${value}${operator}`
  const bind = (placeholder: string, bound: unknown): string => {
    into.expressionValues[placeholder] = toDynamoDB(bound)
    return placeholder
  }
  const comparison = comparisons[operator]
  if (comparison !== undefined) return `${operand} ${comparison} ${bind(name, argument)}`
  const call = functions[operator]
  if (call !== undefined) return `${call}(${operand},${bind(name, argument)})`
  switch (operator) {
    case 'between': {
      if (!Array.isArray(argument) || argument.length < 2) throw new Unrenderable()
      return `${operand} BETWEEN ${bind(`${name}_start`, argument[0])} AND ${bind(`${name}_end`, argument[1])}`
    }
    case 'in': {
      if (!Array.isArray(argument)) throw new Unrenderable()
      const placeholders: string[] = []
      for (const [at, each] of argument.entries()) placeholders.push(bind(`${name}_${at}`, each))
      // AppSync renders an empty list as the word null.
      return placeholders.length === 0 ? 'null' : `${operand} IN (${join(placeholders, ', ')})`
    }
    case 'attributeExists':
      if (typeof argument !== 'boolean') throw new Unrenderable()
      return `${argument ? 'attribute_exists' : 'attribute_not_exists'}(${operand})`
    case 'attributeType': {
      const type = typeof argument === 'string' ? attributeTypes[argument] : undefined
      if (type === undefined) throw new Unrenderable()
      return `attribute_type(${operand},${bind(name, type)})`
    }
    default:
      throw new Unrenderable()
  }
}

function join(parts: readonly string[], by: string): string {
  return parts.join(by)
}

/** Several parts are put in parentheses, a single one is not. */
function wrapped(parts: readonly string[], by: string): string {
  return parts.length > 1 ? `(${join(parts, by)})` : join(parts, by)
}
