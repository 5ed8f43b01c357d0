import { order } from '../compare.ts'
import { typeOf } from '../values.ts'
import type { AttributeValue } from '../values.ts'
import { givenValue, resolved, shown } from './parse.ts'
import type { Check, Operand, Parsing } from './parse.ts'

/** How many operands each function of conditions takes. */
const operandCounts: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
}
/** Known, but of update expressions. */
const elsewhere = new Set(['if_not_exists', 'list_append'])
const orderedTypes = new Set(['S', 'N', 'B'])
const typeNames = new Set(['S', 'N', 'B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'NS', 'M'])

const wrongType = (name: string, type: string): string =>
  `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`

/** Notes a function that is unknown, out of place or has the wrong number of operands. */
export function checkOperandCount(parsing: Parsing, name: string, args: readonly Operand[]): void {
  if (elsewhere.has(name))
    parsing.mistaken(
      'misuse',
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    )
  else if (!Object.hasOwn(operandCounts, name))
    parsing.mistaken('function', `Invalid function name; function: ${name}`)
  else if (operandCounts[name] !== args.length)
    parsing.mistaken(
      'operand',
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${name}, number of operands: ${args.length}`,
    )
  else if (name.startsWith('attribute_') && name !== 'attribute_type' && args[0]?.kind !== 'path')
    parsing.mistaken(
      'operand',
      `Operator or function requires a document path; operator or function: ${name}`,
    )
}

/** What can be wrong with a function's operands once the request's values are known. */
export function checkCall(name: string, args: readonly Operand[]): Check[] {
  const checks = [...distinct(name, args)]
  if (name === 'begins_with')
    checks.push(...args.flatMap((arg) => typed(name, arg, (type) => 'SB'.includes(type))))
  if (name === 'size') checks.push(...args.flatMap((arg) => typed(name, arg, (type) => !unsized.has(type))))
  if (name === 'attribute_type') checks.push((scope) => typeName(givenValue(args[1], scope)))
  return checks
}

const unsized = new Set(['N', 'BOOL', 'NULL'])

/** What can be wrong with the operands of a comparison. */
export function checkComparison(operator: string, operands: readonly Operand[]): Check[] {
  if (operator === '=' || operator === '<>') return distinct(operator, operands)
  const checks = [
    ...distinct(operator, operands),
    ...operands.flatMap((operand) => typed(operator, operand, (type) => orderedTypes.has(type), 'operator')),
  ]
  const [, low, high] = operands
  if (operator === 'BETWEEN' && low && high && isGiven(low) && isGiven(high))
    checks.push((scope) => bounds(givenValue(low, scope), givenValue(high, scope)))
  return checks
}

function isGiven({ kind }: Operand): boolean {
  return kind === 'value' || kind === 'literal'
}

function typed(
  name: string,
  operand: Operand,
  allowed: (type: string) => boolean,
  role = 'operator or function',
): Check[] {
  if (!isGiven(operand)) return []
  return [
    (scope) => {
      const value = givenValue(operand, scope)
      const type = value && typeOf(value)
      if (type === undefined || allowed(type)) return undefined
      return wrongType(name, type).replace('operator or function: ', `${role}: `)
    },
  ]
}

function typeName(value: AttributeValue | undefined): string | undefined {
  if (value?.S === undefined)
    return wrongType('attribute_type', value ? typeOf(value) : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}')
  if (typeNames.has(value.S)) return undefined
  return `Invalid attribute type name found; type: ${value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`
}

function bounds(low: AttributeValue | undefined, high: AttributeValue | undefined): string | undefined {
  if (!low || !high) return undefined
  const told = `lower bound operand: AttributeValue: ${text(low)}, upper bound operand: AttributeValue: ${text(high)}`
  if (typeOf(low) !== typeOf(high))
    return `The BETWEEN operator requires same data type for lower and upper bounds; ${told}`
  if ((order(low, high) ?? 0) <= 0) return undefined
  return `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${told}`
}

function text(value: AttributeValue): string {
  const type = typeOf(value)
  return `{${type}:${value.S ?? value.N ?? value.B ?? ''}}`
}

/** `a = a` and `contains(a, a)` are refused. */
function distinct(name: string, operands: readonly Operand[]): Check[] {
  const [one, other] = operands
  if (operands.length !== 2 || one?.kind !== 'path' || other?.kind !== 'path') return []
  return [
    (scope) => {
      const first = shown(resolved(one.path, scope))
      if (first !== shown(resolved(other.path, scope))) return undefined
      return (
        'The first operand must be distinct from the remaining operands for this operator or function; ' +
        `operator: ${name}, first operand: ${first}`
      )
    },
  ]
}
