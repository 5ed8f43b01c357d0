import { compareNumbers } from './numbers.ts'
import { attribute, typeOf } from './values.ts'
import type { AttributeValue, Item } from './values.ts'

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='

/** Whether two values are the same; the members of a set may come in any order. */
export function equal(one: AttributeValue, other: AttributeValue): boolean {
  const type = typeOf(one)
  if (type !== typeOf(other)) return false
  switch (type) {
    case 'SS':
    case 'NS':
    case 'BS':
      return sameMembers(one[type] ?? [], other[type] ?? [])
    case 'L':
      return sameList(one.L ?? [], other.L ?? [])
    case 'M':
      return sameItem(one.M ?? {}, other.M ?? {})
    default:
      return one[type] === other[type]
  }
}

export function sameItem(one: Item, other: Item): boolean {
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  return names.every((name) => {
    const [mine, theirs] = [attribute(one, name), attribute(other, name)]
    return mine !== undefined && theirs !== undefined && equal(mine, theirs)
  })
}

/** Below zero, zero or above; undefined when the two cannot be ordered. */
export function order(one: AttributeValue, other: AttributeValue): number | undefined {
  if (one.S !== undefined && other.S !== undefined) return compareStrings(one.S, other.S)
  if (one.N !== undefined && other.N !== undefined) return compareNumbers(one.N, other.N)
  if (one.B !== undefined && other.B !== undefined) return Buffer.compare(binary(one.B), binary(other.B))
  return undefined
}

/** Whether a comparison holds. What is not there differs from everything and is neither before nor after anything. */
export function compares(
  comparator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (comparator === '=') return left !== undefined && right !== undefined && equal(left, right)
  if (comparator === '<>') return !left || !right || !equal(left, right)
  const ordered = left && right && order(left, right)
  if (ordered === undefined) return false
  switch (comparator) {
    case '<':
      return ordered < 0
    case '<=':
      return ordered <= 0
    case '>':
      return ordered > 0
    case '>=':
      return ordered >= 0
  }
}

/** Whether a string or binary value begins with another. */
export function beginsWith(value: AttributeValue, start: AttributeValue): boolean {
  if (value.S !== undefined && start.S !== undefined) return value.S.startsWith(start.S)
  if (value.B === undefined || start.B === undefined) return false
  const wanted = binary(start.B)
  return binary(value.B).subarray(0, wanted.length).equals(wanted)
}

export function binary(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}

/** By the bytes of their UTF-8, which differs from JavaScript's order beyond the basic plane. */
function compareStrings(one: string, other: string): number {
  if (one === other) return 0
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  const members = new Set(other)
  return one.every((member) => members.has(member))
}

function sameList(one: readonly AttributeValue[], other: readonly AttributeValue[]): boolean {
  return (
    one.length === other.length &&
    one.every((each, at) => {
      const theirs = other[at]
      return theirs !== undefined && equal(each, theirs)
    })
  )
}
