import { RequestError } from '../dataSource.ts'
import { fieldsAt, isMap } from '../request.ts'

/** A DynamoDB attribute value in its wire form: `{S: 'a'}`, `{N: '1'}`, `{M: {…}}`. */
export type AttributeValue = Readonly<Record<string, unknown>>
export type Attributes = Readonly<Record<string, AttributeValue>>

/**
 * Typed values as resolvers write them, made what DynamoDB takes: numbers become strings (`{N: 12}`) and null
 * `{NULL: true}`.
 */
function wireValue(value: unknown, path: string): AttributeValue {
  const [[type, content] = [], ...others] = Object.entries(fieldsAt(value, path))
  if (type === undefined || others.length > 0)
    throw new RequestError(`Value for field '${path}' must have exactly one type.`)
  switch (type) {
    case 'N':
      return { N: String(content) }
    case 'NS':
      return { NS: Array.isArray(content) ? content.map(String) : content }
    case 'NULL':
      return { NULL: true }
    case 'L':
      return {
        L: Array.isArray(content) ? content.map((each, at) => wireValue(each, `${path}[${at}]`)) : content,
      }
    case 'M':
      return { M: isMap(content) ? wireValues(content, path) : content }
    default:
      return { [type]: content }
  }
}

export function wireValues(values: unknown, path: string): Attributes {
  const converted: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(fieldsAt(values, path)))
    converted[name] = wireValue(value, `${path}[${name}]`)
  return converted
}

/** An attribute value as response handlers see it: plain JSON, sets as lists, binary as base64. */
function plainValue(value: AttributeValue): unknown {
  const [[type, content] = []] = Object.entries(value)
  switch (type) {
    case 'N':
      return Number(content)
    case 'NS':
      return (content as unknown[]).map(Number)
    case 'NULL':
      return null
    case 'L':
      return (content as AttributeValue[]).map(plainValue)
    case 'M':
      return plainItem(content as Attributes)
    case 'B':
      return base64(content)
    case 'BS':
      return (content as unknown[]).map(base64)
    default:
      return content
  }
}

export function plainItem(item: Attributes): Record<string, unknown> {
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(item)) plain[name] = plainValue(value)
  return plain
}

/** An item in the form in which resolvers write one: numbers are numbers. */
export function typedItem(item: Attributes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, typedValue(value)]))
}

function typedValue(value: AttributeValue): unknown {
  const [[type, content] = []] = Object.entries(value)
  switch (type) {
    case 'N':
      return { N: Number(content) }
    case 'NS':
      return { NS: (content as unknown[]).map(Number) }
    case 'L':
      return { L: (content as AttributeValue[]).map(typedValue) }
    case 'M':
      return { M: typedItem(content as Attributes) }
    case 'B':
      return { B: base64(content) }
    case 'BS':
      return { BS: (content as unknown[]).map(base64) }
    default:
      return value
  }
}

/** An item of an answer, which DynamoDB leaves out when there is none. */
export function plainItemOrNull(item: unknown): Record<string, unknown> | null {
  return isMap(item) ? plainItem(item as Attributes) : null
}

/** Whether two attribute values are equal to DynamoDB: sets in any order, numbers by value. */
export function equalValues(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a !== undefined && b !== undefined && canonical(a) === canonical(b)
}

function canonical(value: AttributeValue): string {
  const [[type, content] = []] = Object.entries(value)
  switch (type) {
    case 'N':
      return `N${Number(content)}`
    case 'NS':
      return JSON.stringify([type, (content as unknown[]).map(Number).sort((a, b) => a - b)])
    case 'SS':
      return JSON.stringify([type, [...(content as string[])].sort()])
    case 'BS':
      return JSON.stringify([type, (content as unknown[]).map(base64).sort()])
    case 'B':
      return `B${base64(content)}`
    case 'L':
      return JSON.stringify([type, (content as AttributeValue[]).map(canonical)])
    case 'M': {
      const members = Object.entries(content as Attributes).sort(([a], [b]) => (a < b ? -1 : 1))
      return JSON.stringify([type, members.map(([name, member]) => [name, canonical(member)])])
    }
    default:
      return JSON.stringify([type, content])
  }
}

/** Binary travels as base64 text, or as bytes when no wire lies between. */
function base64(content: unknown): string {
  return content instanceof Uint8Array ? Buffer.from(content).toString('base64') : String(content)
}
