import { AwsError } from '../../aws/error.ts'
import { record } from '../../aws/input.ts'
import { invalid, invalidValue } from './errors.ts'
import { normalized } from './numbers.ts'

/** A value in DynamoDB's JSON: exactly one member is there. Binary values are base64. */
export interface AttributeValue {
  readonly S?: string
  readonly N?: string
  readonly B?: string
  readonly BOOL?: boolean
  readonly NULL?: true
  readonly SS?: readonly string[]
  readonly NS?: readonly string[]
  readonly BS?: readonly string[]
  readonly L?: readonly AttributeValue[]
  readonly M?: Item
}
export type Item = Readonly<Record<string, AttributeValue>>
export type ValueType = keyof AttributeValue

/** Lists and maps within each other that an attribute may have. */
const deepest = 31

const empty = 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'
const several =
  'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes'
const nesting =
  'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'

/** The type of a value that was checked. */
export function typeOf(value: AttributeValue): ValueType {
  for (const type in value) return type as ValueType
  throw invalid(empty)
}

/** An attribute that is there, whatever it is called: `constructor` is no member of an empty item. */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined
}

/** Every attribute of `given` checked, numbers in their normal form. `given` is left as it is. */
export function checkedItem(given: unknown): Item {
  return checkedMap(given, 0)
}

/** One value checked. Throws a ValidationException with the words of DynamoDB. */
export function checkedValue(given: unknown, depth = 0): AttributeValue {
  const members = record(given)
  if (!members) throw wrongType(given)
  let found: string | undefined
  for (const name in members) {
    if (members[name] === undefined || members[name] === null) continue
    if (found !== undefined) throw invalid(several)
    found = name
  }
  if (found === undefined || !Object.hasOwn(checks, found)) throw invalid(empty)
  return checks[found as ValueType](members[found], depth + 1)
}

const checks: Record<ValueType, (given: unknown, depth: number) => AttributeValue> = {
  S: (given) => ({ S: string(given) }),
  N: (given) => ({ N: normalized(string(given)) }),
  B: (given) => ({ B: base64(given) }),
  BOOL(given) {
    if (typeof given !== 'boolean') throw wrongType(given, 'Boolean')
    return { BOOL: given }
  },
  NULL(given) {
    if (given !== true) throw invalidValue('Null attribute value types must have the value of true')
    return { NULL: true }
  },
  SS(given) {
    const members = list(given).map(string)
    if (members.length === 0) throw invalidValue('An string set  may not be empty')
    if (hasRepeats(members))
      throw invalidValue(`Input collection [${members.join(', ')}] contains duplicates.`)
    return { SS: members }
  },
  NS(given) {
    const members = list(given).map((each) => normalized(string(each)))
    if (members.length === 0) throw invalidValue('An number set  may not be empty')
    if (hasRepeats(members)) throw invalid('Input collection contains duplicates')
    return { NS: members }
  },
  BS(given) {
    const members = list(given).map(base64)
    if (members.length === 0) throw invalidValue('Binary sets should not be empty')
    if (hasRepeats(members))
      throw invalidValue(`Input collection [${members.join(', ')}]of type BS contains duplicates.`)
    return { BS: members }
  },
  L(given, depth) {
    if (depth > deepest) throw invalid(nesting)
    return { L: list(given).map((each) => checkedValue(each, depth)) }
  },
  M: (given, depth) => {
    if (depth > deepest) throw invalid(nesting)
    return { M: checkedMap(given, depth) }
  },
}

function checkedMap(given: unknown, depth: number): Item {
  const members = record(given)
  if (!members) throw wrongType(given)
  const checked: Record<string, AttributeValue> = {}
  for (const name in members)
    if (members[name] !== undefined) define(checked, name, checkedValue(members[name], depth))
  return checked
}

/** Sets a member even if it is called `__proto__`. */
export function define(item: Record<string, AttributeValue>, name: string, value: AttributeValue): void {
  if (name === '__proto__')
    Object.defineProperty(item, name, { value, enumerable: true, configurable: true, writable: true })
  else item[name] = value
}

function hasRepeats(members: readonly string[]): boolean {
  return members.length > 1 && new Set(members).size < members.length
}

function string(given: unknown): string {
  if (typeof given !== 'string') throw wrongType(given, 'String')
  return given
}

function list(given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) throw wrongType(given)
  return given
}

function base64(given: unknown): string {
  const text = string(given)
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text
  throw new AwsError('SerializationException', `The binary value ${text.slice(0, 40)} is not base64`)
}

/** What AWS says when JSON holds another type than the API's model. */
function wrongType(given: unknown, wanted?: 'String' | 'Boolean'): AwsError {
  const found = scalarToken(given)
  if (found === undefined)
    return new AwsError('SerializationException', 'Start of structure or map found where not expected')
  return new AwsError(
    'SerializationException',
    wanted === undefined ? 'Unexpected value type in payload' : `${found} cannot be converted to ${wanted}`,
  )
}

function scalarToken(given: unknown): string | undefined {
  if (typeof given === 'boolean') return given ? 'TRUE_VALUE' : 'FALSE_VALUE'
  if (typeof given === 'number') return 'NUMBER_VALUE'
  return typeof given === 'string' ? 'STRING_VALUE' : undefined
}
