import { invalid } from './errors.ts'

/**
 * DynamoDB's numbers: 38 significant digits, 1E-130 to 9.99…E+125, exact.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
interface Decimal {
  readonly negative: boolean
  /** Without zeros at either end; empty: zero. The number is 0.DIGITS times ten to the power of `exponent`. */
  readonly digits: string
  readonly exponent: number
}

const mostDigits = 38
const highestExponent = 126
const lowestExponent = -129

/** Small enough to be reckoned with as it stands. */
const small = /^(?:0|-?[1-9]\d{0,14})$/
const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** The number as DynamoDB writes it, without exponent. Throws a ValidationException for what is none. */
export function normalized(text: string): string {
  return small.test(text) ? text : written(parse(text))
}

export function compareNumbers(one: string, other: string): number {
  if (one === other) return 0
  if (small.test(one) && small.test(other)) return Number(one) - Number(other)
  return Buffer.compare(encodeNumber(one), encodeNumber(other))
}

export function add(one: string, other: string): string {
  if (small.test(one) && small.test(other)) return String(Number(one) + Number(other))
  return exactSum(parse(one), parse(other))
}

export function subtract(one: string, other: string): string {
  if (small.test(one) && small.test(other)) return String(Number(one) - Number(other))
  const subtrahend = parse(other)
  return exactSum(parse(one), { ...subtrahend, negative: !subtrahend.negative })
}

/** How many bytes a number adds to its item's size: about one for two digits. */
export function numberSize(text: string): number {
  const { digits, negative } = parse(text)
  return digits === '' ? 1 : Math.ceil(digits.length / 2) + 1 + (negative ? 1 : 0)
}

/** Bytes that sort as the numbers do: sign, exponent, then two digits a byte; of negative ones the complement. */
export function encodeNumber(text: string): Buffer {
  const { negative, digits, exponent } = parse(text)
  if (digits === '') return Buffer.of(2)
  const pairs = Math.ceil(digits.length / 2)
  const bytes = Buffer.alloc(pairs + (negative ? 3 : 2))
  bytes[0] = negative ? 1 : 3
  bytes[1] = exponent - lowestExponent
  for (let pair = 0; pair < pairs; pair++)
    bytes[pair + 2] = Number(digits.slice(2 * pair, 2 * pair + 2).padEnd(2, '0')) + 1
  if (!negative) return bytes
  for (let at = 1; at < bytes.length - 1; at++) bytes[at] = 255 - (bytes[at] ?? 0)
  // The shorter of two that begin alike is the greater.
  bytes[bytes.length - 1] = 255
  return bytes
}

function parse(text: string): Decimal {
  const [matched, sign = '', whole = '', fraction = '', power = '0'] = form.exec(text) ?? []
  const all = whole + fraction
  if (matched === undefined || all === '')
    throw invalid(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`)
  const leading = all.search(/[1-9]/)
  if (leading < 0) return { negative: false, digits: '', exponent: 0 }
  const digits = all.slice(leading).replace(/0+$/, '')
  const exponent = whole.length - leading + Number(power)
  if (exponent > highestExponent)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range')
  if (exponent < lowestExponent)
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    )
  if (digits.length > mostDigits)
    throw invalid('Attempting to store more than 38 significant digits in a Number')
  return { negative: sign === '-', digits, exponent }
}

function written({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`
  if (digits.length <= exponent) return `${sign}${digits.padEnd(exponent, '0')}`
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}

function exactSum(one: Decimal, other: Decimal): string {
  const unit = Math.min(one.exponent - one.digits.length, other.exponent - other.digits.length)
  const sum = inUnits(one, unit) + inUnits(other, unit)
  return written(parse(`${sum}e${unit}`))
}

function inUnits({ negative, digits, exponent }: Decimal, unit: number): bigint {
  const size = BigInt(`${digits}0`) * 10n ** BigInt(exponent - digits.length - unit)
  return (negative ? -size : size) / 10n
}
