import { parsed, record } from '../aws/input.ts'
import type { MessageAttributes } from './message.ts'

/** The values that a notification has at a path; none when there is nothing. */
export type Values = (path: readonly string[]) => readonly unknown[]

/** By attribute name; `String.Array` has as many values as its JSON list; binary ones are never compared. */
export function attributeValues(attributes: MessageAttributes): Values {
  return ([name = '']) => {
    const attribute = attributes[name]
    if (!attribute) return []
    const { DataType: type, StringValue: value = '' } = attribute
    if (type.startsWith('Binary')) return [undefined]
    if (type.startsWith('Number')) return [Number(value)]
    if (type !== 'String.Array') return [value]
    const list = parsed(value)
    return Array.isArray(list) ? (list as unknown[]) : [list]
  }
}

/** By path in a JSON message; lists on the way stand for each of their members. Undefined when it is no JSON object. */
export function bodyValues(message: string): Values | undefined {
  const body = record(parsed(message))
  if (!body) return undefined
  return (path) => at(body, path)
}

function at(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => at(each, path))
  const [name, ...rest] = path
  if (name === undefined) return [value]
  const object = record(value)
  return object && Object.hasOwn(object, name) ? at(object[name], rest) : []
}
