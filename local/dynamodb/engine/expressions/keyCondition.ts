import type { Comparator } from '../compare.ts'
import { invalid, invalidValue } from '../errors.ts'
import type { KeySchema } from '../tables/table.ts'
import { typeOf } from '../values.ts'
import type { AttributeValue } from '../values.ts'
import type { Condition } from './condition.ts'
import { nameOf } from './parse.ts'
import type { Operand, Scope } from './parse.ts'

type KeyOperator = Comparator | 'BETWEEN' | 'begins_with'

/** How a Query limits one key attribute. */
export interface KeyLimit {
  readonly operator: KeyOperator
  readonly values: readonly AttributeValue[]
}

/** What a Query asks for: one partition and a range of its sort keys. */
export interface KeyRange {
  readonly partition: AttributeValue
  readonly sort: KeyLimit | undefined
}

const mirrored: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** The range a KeyConditionExpression means. Throws a ValidationException when it means none. */
export function keyRange(condition: Condition, scope: Scope, { partition, sort }: KeySchema): KeyRange {
  const limits = new Map<string, KeyLimit>()
  collect(condition, scope, limits)
  if (limits.size > 2) throw invalid('Conditions can be of length 1 or 2 only')
  const ofPartition = limits.get(partition.name)
  if (!ofPartition) throw missed(partition.name)
  if (limits.size > 1 && !sort) throw invalid('Query key condition not supported')
  const ofSort = sort && limits.get(sort.name)
  if (limits.size > 1 && sort && !ofSort) throw missed(sort.name)
  checkTypes(ofPartition, partition.type)
  if (sort && ofSort) checkTypes(ofSort, sort.type)
  const [value] = ofPartition.values
  if (ofPartition.operator !== '=' || !value) throw invalid('Query key condition not supported')
  return { partition: value, sort: ofSort }
}

function missed(name: string): Error {
  return invalid(`Query condition missed key schema element: ${name}`)
}

function checkTypes({ values }: KeyLimit, type: string): void {
  if (values.every((value) => typeOf(value) === type)) return
  throw invalidValue('Condition parameter type does not match schema type')
}

function collect(condition: Condition, scope: Scope, limits: Map<string, KeyLimit>): void {
  switch (condition.kind) {
    case 'and':
      collect(condition.left, scope, limits)
      collect(condition.right, scope, limits)
      return
    case 'or':
    case 'not':
    case 'in':
      throw operatorRefused(condition.kind.toUpperCase())
    case 'compare':
      if (condition.comparator === '<>') throw operatorRefused('<>')
      compared(condition, scope, limits)
      return
    case 'between': {
      if (condition.value.kind !== 'path') throw firstOperand('BETWEEN')
      take('BETWEEN', [condition.value, condition.low, condition.high], scope, limits)
      return
    }
    case 'call':
      if (condition.name !== 'begins_with') throw operatorRefused(condition.name)
      if (condition.args[0]?.kind !== 'path') throw firstOperand('begins_with')
      take('begins_with', condition.args, scope, limits)
  }
}

function compared(
  { comparator, left, right }: Extract<Condition, { kind: 'compare' }>,
  scope: Scope,
  limits: Map<string, KeyLimit>,
): void {
  if (left.kind === 'path' || right.kind !== 'path') take(comparator, [left, right], scope, limits)
  else take(mirrored[comparator], [right, left], scope, limits)
}

/** The first operand is the attribute, the others are values. */
function take(
  operator: KeyOperator,
  [first, ...others]: readonly Operand[],
  scope: Scope,
  limits: Map<string, KeyLimit>,
): void {
  if (first?.kind === 'call' || others.some(({ kind }) => kind === 'call'))
    throw invalid('KeyConditionExpressions cannot contain nested operations')
  if (others.some(({ kind }) => kind === 'path') && first?.kind === 'path')
    throw invalid(
      'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
    )
  if (first?.kind !== 'path')
    throw invalid('Invalid condition in KeyConditionExpression: No key attribute specified')
  const [step] = first.path
  if (typeof step !== 'object' || first.path.length > 1)
    throw invalid('KeyConditionExpressions cannot have conditions on nested attributes')
  const name = nameOf(step, scope)
  if (limits.has(name)) throw invalid('KeyConditionExpressions must only contain one condition per key')
  limits.set(name, { operator, values: others.flatMap((operand) => valueOf(operand, scope)) })
}

function valueOf(operand: Operand, scope: Scope): AttributeValue[] {
  const value = operand.kind === 'value' ? scope.values[operand.name] : undefined
  return value ? [value] : []
}

function operatorRefused(operator: string): Error {
  return invalid(`Invalid operator used in KeyConditionExpression: ${operator}`)
}

function firstOperand(operator: string): Error {
  return invalid(
    `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
  )
}
