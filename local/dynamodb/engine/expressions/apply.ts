import { invalid } from '../errors.ts'
import { add, subtract } from '../numbers.ts'
import { attribute, define, typeOf } from '../values.ts'
import type { AttributeValue, Item } from '../values.ts'
import { valueAt, valueOf } from './evaluate.ts'
import { nameOf } from './parse.ts'
import type { Operand, Path, Scope } from './parse.ts'
import type { SetValue, UpdateAction } from './update.ts'

const wrongType = 'An operand in the update expression has an incorrect data type'
const wrongPath = 'The document path provided in the update expression is invalid for update'
const missing = 'The provided expression refers to an attribute that does not exist in the item'

/** A copy that can be changed. List elements keep their positions until all actions are done. */
interface Draft {
  M?: Record<string, AttributeValue>
  L?: (AttributeValue | undefined)[]
}

/**
 * The item after the actions, each of which sees it as it was before. `item` is left as it is, though parts are
 * shared. `exists` is false for the mere key of an item that is not there yet, of which any path may be removed.
 */
export function updated(item: Item, actions: readonly UpdateAction[], scope: Scope, exists: boolean): Item {
  const draft = { M: { ...item } }
  const copied = new Set<object>([draft.M])
  const touched: Draft[] = []
  for (const action of actions) {
    if (action.kind === 'remove' && action.path.length > 1 && !exists) continue
    const value = newValue(action, item, scope)
    if (value !== unchanged) change(draft, action.path, value)
  }
  for (const { L: list } of touched)
    if (list) list.splice(0, list.length, ...list.filter((element) => element !== undefined))
  return draft.M

  function change(root: Draft, path: Path, value: AttributeValue | undefined): void {
    let holder = root
    for (const step of path.slice(0, -1)) holder = copyOf(holder, step)
    const last = path.at(-1)
    if (typeof last === 'number') {
      const list = holder.L
      if (!list) throw invalid(wrongPath)
      touched.push(holder)
      if (value || last < list.length) list[last] = value
    } else if (last) {
      const map = holder.M
      if (!map) throw invalid(wrongPath)
      if (value) define(map, nameOf(last, scope), value)
      else Reflect.deleteProperty(map, nameOf(last, scope))
    }
  }

  /** The list or map at `step` of `holder`, as a copy that may be changed. */
  function copyOf(holder: Draft, step: Path[number]): Draft {
    const found =
      typeof step === 'number' ? holder.L?.[step] : holder.M && attribute(holder.M, nameOf(step, scope))
    if (!found?.L && !found?.M) throw invalid(wrongPath)
    if (copied.has(found)) return found as Draft
    const copy: Draft = found.M ? { M: { ...found.M } } : { L: [...(found.L ?? [])] }
    copied.add(copy)
    if (typeof step !== 'number') define(holder.M ?? {}, nameOf(step, scope), copy as AttributeValue)
    else if (holder.L) holder.L[step] = copy as AttributeValue
    return copy
  }
}

const unchanged = Symbol('unchanged')

/** What the action leaves at its path; undefined: nothing. */
function newValue(
  action: UpdateAction,
  item: Item,
  scope: Scope,
): AttributeValue | undefined | typeof unchanged {
  switch (action.kind) {
    case 'set':
      return setValue(action.value, item, scope)
    case 'remove':
      return undefined
    case 'add':
      return sum(valueAt(action.path, item, scope), operand(action.value, item, scope))
    case 'delete':
      return difference(valueAt(action.path, item, scope), operand(action.value, item, scope))
  }
}

function setValue({ operator, operands }: SetValue, item: Item, scope: Scope): AttributeValue {
  const [left, right] = operands.map((each) => operand(each, item, scope))
  if (!left) throw invalid(missing)
  if (!operator) return left
  if (left.N === undefined || right?.N === undefined) throw invalid(wrongType)
  return { N: operator === '+' ? add(left.N, right.N) : subtract(left.N, right.N) }
}

function operand(given: Operand, item: Item, scope: Scope): AttributeValue {
  const value = found(given, item, scope)
  if (!value) throw invalid(missing)
  return value
}

function found(given: Operand, item: Item, scope: Scope): AttributeValue | undefined {
  if (given.kind !== 'call') return valueOf(given, item, scope)
  const [first, second] = given.args
  if (!first || !second) return undefined
  if (given.name === 'if_not_exists') return found(first, item, scope) ?? operand(second, item, scope)
  const [head, tail] = [operand(first, item, scope).L, operand(second, item, scope).L]
  if (!head || !tail) throw invalid(wrongType)
  return { L: [...head, ...tail] }
}

/** ADD: numbers are added up, sets united; what is not there is zero or empty. */
function sum(present: AttributeValue | undefined, more: AttributeValue): AttributeValue {
  if (!present) return more
  const type = typeOf(more)
  if (typeOf(present) !== type) throw invalid(wrongType)
  if (present.N !== undefined && more.N !== undefined) return { N: add(present.N, more.N) }
  return { [type]: [...new Set([...members(present), ...members(more)])] }
}

/** DELETE: what is left of a set; an empty one goes. */
function difference(
  present: AttributeValue | undefined,
  less: AttributeValue,
): AttributeValue | undefined | typeof unchanged {
  if (!present) return unchanged
  const type = typeOf(less)
  if (typeOf(present) !== type) throw invalid(wrongType)
  const gone = new Set(members(less))
  const left = members(present).filter((member) => !gone.has(member))
  return left.length === 0 ? undefined : { [type]: left }
}

function members(set: AttributeValue): readonly string[] {
  return set.SS ?? set.NS ?? set.BS ?? []
}
