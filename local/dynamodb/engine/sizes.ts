import { numberSize } from './numbers.ts'
import { typeOf } from './values.ts'
import type { AttributeValue, Item } from './values.ts'

/** Most bytes an item may have. */
export const mostItemBytes = 400 * 1024

/**
 * Bytes of an item: names and values, as DynamoDB counts them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  let size = 0
  for (const [name, value] of Object.entries(item)) size += utf8(name) + valueSize(value)
  return size
}

function valueSize(value: AttributeValue): number {
  switch (typeOf(value)) {
    case 'S':
      return utf8(value.S ?? '')
    case 'N':
      return numberSize(value.N ?? '0')
    case 'B':
      return bytes(value.B ?? '')
    case 'SS':
      return sum(value.SS ?? [], utf8)
    case 'NS':
      return sum(value.NS ?? [], numberSize)
    case 'BS':
      return sum(value.BS ?? [], bytes)
    case 'L':
      return 3 + sum(value.L ?? [], (each) => 1 + valueSize(each))
    case 'M':
      return 3 + Object.keys(value.M ?? {}).length + itemSize(value.M ?? {})
    default:
      return 1
  }
}

/** Bytes of a binary value that is written in base64. */
export function bytes(base64: string): number {
  return Buffer.byteLength(base64, 'base64')
}

const utf8 = (text: string): number => Buffer.byteLength(text)

function sum<T>(members: readonly T[], size: (member: T) => number): number {
  return members.reduce((total, member) => total + size(member), 0)
}
