import { beginsWith, binary, compares, equal } from '../compare.ts'
import { bytes } from '../sizes.ts'
import { attribute, typeOf } from '../values.ts'
import type { AttributeValue, Item } from '../values.ts'
import type { Condition } from './condition.ts'
import { nameOf } from './parse.ts'
import type { Operand, Path, Scope } from './parse.ts'

/** Whether the item fulfils the condition. */
export function holds(condition: Condition, item: Item, scope: Scope): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item, scope) && holds(condition.right, item, scope)
    case 'or':
      return holds(condition.left, item, scope) || holds(condition.right, item, scope)
    case 'not':
      return !holds(condition.condition, item, scope)
    case 'compare':
      return compares(
        condition.comparator,
        valueOf(condition.left, item, scope),
        valueOf(condition.right, item, scope),
      )
    case 'between': {
      const value = valueOf(condition.value, item, scope)
      return (
        compares('>=', value, valueOf(condition.low, item, scope)) &&
        compares('<=', value, valueOf(condition.high, item, scope))
      )
    }
    case 'in': {
      const value = valueOf(condition.value, item, scope)
      return condition.list.some((each) => compares('=', value, valueOf(each, item, scope)))
    }
    case 'call':
      return calls(condition.name, condition.args, item, scope)
  }
}

/** The value at a path, in an item or in what is nested in it. */
export function valueAt(path: Path, item: Item, scope: Scope): AttributeValue | undefined {
  let found: AttributeValue | undefined
  let map: Item | undefined = item
  for (const step of path) {
    if (typeof step === 'number') found = found?.L?.[step]
    else found = map && attribute(map, nameOf(step, scope))
    if (!found) return undefined
    map = found.M
  }
  return found
}

/** The value an operand of a condition stands for; undefined when the item has none. */
export function valueOf(operand: Operand, item: Item, scope: Scope): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return valueAt(operand.path, item, scope)
    case 'value':
      return scope.values[operand.name]
    case 'literal':
      return operand.value
    case 'call': {
      const [sized] = operand.args
      return sized && sizeOf(valueOf(sized, item, scope))
    }
  }
}

function calls(name: string, args: readonly Operand[], item: Item, scope: Scope): boolean {
  const [first, second] = args.map((arg) => valueOf(arg, item, scope))
  switch (name) {
    case 'attribute_exists':
      return first !== undefined
    case 'attribute_not_exists':
      return first === undefined
    case 'attribute_type':
      return first !== undefined && typeOf(first) === second?.S
    case 'begins_with':
      return first !== undefined && second !== undefined && beginsWith(first, second)
    default:
      return first !== undefined && second !== undefined && contains(first, second)
  }
}

/** A part of a string or binary value, a member of a set, or an element of a list. */
function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.L) return value.L.some((element) => equal(element, part))
  if (part.S !== undefined)
    return (value.S?.includes(part.S) ?? false) || (value.SS?.includes(part.S) ?? false)
  if (part.N !== undefined) return value.NS?.includes(part.N) ?? false
  if (part.B === undefined) return false
  if (value.B !== undefined) return binary(value.B).includes(binary(part.B))
  return value.BS?.includes(part.B) ?? false
}

/** Characters, bytes, members, elements or attributes. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (!value) return undefined
  const size =
    value.S?.length ??
    (value.B === undefined ? undefined : bytes(value.B)) ??
    (value.SS ?? value.NS ?? value.BS ?? value.L)?.length ??
    (value.M && Object.keys(value.M).length)
  return size === undefined ? undefined : { N: String(size) }
}
