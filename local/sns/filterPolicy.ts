import { record } from '../aws/input.ts'
import type { Input } from '../aws/service.ts'
import { patternOf, PolicyFault, type Leaf } from './filterPattern.ts'
import type { Notification } from './message.ts'
import { bodyValues, attributeValues, type Values } from './filterValues.ts'

export type Scope = 'MessageAttributes' | 'MessageBody'

/** Whether a notification passes. */
export type Filter = (notification: Notification) => boolean

const mostKeys = 5
const mostCombinations = 150

/** Compiles a subscription's filter policy; throws PolicyFault for one that SNS refuses. */
export function filterOf(policy: unknown, scope: Scope): Filter {
  const tree = record(policy)
  if (!tree) throw new PolicyFault('Filter policy must be a JSON object')
  checkSize(tree)
  const test = treeTest(tree, scope, [])
  return scope === 'MessageAttributes'
    ? (notification) => test(attributeValues(notification.attributes))
    : (notification) => {
        const values = bodyValues(notification.message)
        return values !== undefined && test(values)
      }
}

type Test = (values: Values) => boolean

function treeTest(tree: Input, scope: Scope, path: readonly string[]): Test {
  const tests = Object.entries(tree).map(([key, value]): Test => {
    if (key === '$or') return orTest(value, scope, path)
    const here = [...path, key]
    if (Array.isArray(value)) return leafTest(here, value)
    const nested = record(value)
    if (!nested) throw new PolicyFault(`"${key}" must be an object or an array`)
    if (scope === 'MessageAttributes')
      throw new PolicyFault('Filter policy scope MessageAttributes does not support nested filter policy')
    return treeTest(nested, scope, here)
  })
  return (values) => tests.every((test) => test(values))
}

function orTest(value: unknown, scope: Scope, path: readonly string[]): Test {
  if (!Array.isArray(value) || value.length < 2)
    throw new PolicyFault('"$or" must be an array of at least two objects')
  const tests = value.map((each) => {
    const option = record(each)
    if (!option) throw new PolicyFault('"$or" must be an array of at least two objects')
    return treeTest(option, scope, path)
  })
  return (values) => tests.some((test) => test(values))
}

/** One key with its patterns: any of them on any of the values. */
function leafTest(path: readonly string[], patterns: readonly unknown[]): Test {
  if (patterns.length === 0) throw new PolicyFault('Empty arrays are not allowed')
  const leaves = patterns.map(patternOf)
  return (values) => {
    const found = values(path)
    return leaves.some((leaf) => matches(leaf, found))
  }
}

function matches(leaf: Leaf, found: readonly unknown[]): boolean {
  if (leaf.kind === 'exists') return leaf.exists === found.length > 0
  if (leaf.kind === 'any') return found.some(leaf.test)
  // What is absent is not "anything but": the key must be there and none of its values may be among the listed.
  return found.length > 0 && found.every(leaf.test)
}

/** Five keys at most; the product of the patterns a key has, times its depth, bounds the work. */
function checkSize(tree: Input): void {
  const leaves = [...leavesOf(tree, 1)]
  if (leaves.length > mostKeys) throw new PolicyFault(`Filter policy can not have more than ${mostKeys} keys`)
  const combinations = leaves.reduce((product, { patterns, depth }) => product * patterns * depth, 1)
  if (combinations > mostCombinations) throw new PolicyFault('Filter policy is too complex')
}

function* leavesOf(tree: Input, depth: number): Generator<{ patterns: number; depth: number }> {
  for (const [key, value] of Object.entries(tree)) {
    if (key === '$or' && Array.isArray(value)) {
      for (const option of value) yield* leavesOf(record(option) ?? {}, depth)
    } else if (Array.isArray(value)) yield { patterns: Math.max(value.length, 1), depth }
    else yield* leavesOf(record(value) ?? {}, depth + 1)
  }
}
