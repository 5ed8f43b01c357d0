import { host } from './host.ts'

/** A random UUID, version 4. */
export function autoId(): string {
  const hex = host().randomHex(16)
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3)
  const random = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}`
  return `${random}-${hex.slice(20)}`
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 26 characters: 48 bits of milliseconds, 80 of chance. */
export function autoUlid(): string {
  const bits = (BigInt(host().now()) << 80n) | BigInt(`0x${host().randomHex(10)}`)
  return inBase(bits, crockford, 26)
}

/** KSUID's seconds count from here. */
const ksuidEpoch = 1_400_000_000

/** 27 characters: 32 bits of seconds, 128 of chance. */
export function autoKsuid(): string {
  const seconds = Math.floor(host().now() / 1000) - ksuidEpoch
  const bits = (BigInt(seconds) << 128n) | BigInt(`0x${host().randomHex(16)}`)
  return inBase(bits, base62, 27)
}

function inBase(bits: bigint, digits: string, length: number): string {
  const base = BigInt(digits.length)
  let text = ''
  for (let rest = bits; text.length < length; rest /= base) text = digits.charAt(Number(rest % base)) + text
  return text
}
