/** The part of CBOR (RFC 8949) that Smithy's rpc-v2-cbor uses. */

/** Nesting a request may have at most. */
const deepest = 64

/** Object members whose value is undefined are left out; Date becomes tag 1 (seconds since the epoch). */
export function encodeCbor(value: unknown): Buffer {
  const parts: Buffer[] = []
  encode(value, parts)
  return Buffer.concat(parts)
}

function encode(value: unknown, parts: Buffer[]): void {
  if (value === null || value === undefined) parts.push(Buffer.of(0xf6))
  else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xf5 : 0xf4))
  else if (typeof value === 'number') encodeNumber(value, parts)
  else if (typeof value === 'string') encodeBytes(3, Buffer.from(value), parts)
  else if (value instanceof Uint8Array) encodeBytes(2, value, parts)
  else if (value instanceof Date) {
    parts.push(head(6, 1), float(value.getTime() / 1000))
  } else if (Array.isArray(value)) {
    parts.push(head(4, value.length))
    for (const item of value) encode(item, parts)
  } else if (typeof value === 'object') {
    const members = Object.entries(value).filter((member) => member[1] !== undefined)
    parts.push(head(5, members.length))
    for (const [name, member] of members) {
      encodeBytes(3, Buffer.from(name), parts)
      encode(member, parts)
    }
  } else throw new TypeError(`CBOR has no form for a ${typeof value}.`)
}

function encodeNumber(value: number, parts: Buffer[]): void {
  if (!Number.isSafeInteger(value)) parts.push(float(value))
  else parts.push(value >= 0 ? head(0, value) : head(1, -1 - value))
}

function encodeBytes(major: number, bytes: Uint8Array, parts: Buffer[]): void {
  parts.push(head(major, bytes.length), Buffer.from(bytes))
}

function head(major: number, value: number): Buffer {
  const type = major << 5
  if (value < 24) return Buffer.of(type | value)
  if (value < 2 ** 8) return Buffer.of(type | 24, value)
  const bytes = Buffer.alloc(value < 2 ** 16 ? 3 : value < 2 ** 32 ? 5 : 9)
  bytes[0] = type | (bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27)
  if (bytes.length === 3) bytes.writeUInt16BE(value, 1)
  else if (bytes.length === 5) bytes.writeUInt32BE(value, 1)
  else bytes.writeBigUInt64BE(BigInt(value), 1)
  return bytes
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = 0xfb
  bytes.writeDoubleBE(value, 1)
  return bytes
}

/** Timestamps (tag 1) come as seconds since the epoch. Throws an Error on anything malformed. */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = { bytes, at: 0 }
  const value = inside(decode(reader, 0))
  if (reader.at !== bytes.length) throw new Error('There are bytes behind the value.')
  return value
}

interface Reader {
  readonly bytes: Buffer
  at: number
}

/** The mark that ends a value of indefinite length. */
const end = Symbol('break')

function decode(reader: Reader, depth: number): unknown {
  if (depth > deepest) throw new Error('The value is nested too deeply.')
  const first = take(reader, 1)[0] ?? 0
  const major = first >> 5
  const info = first & 31
  if (major === 7) return decodeSimple(reader, info)
  const size = info === 31 ? undefined : argument(reader, info)
  switch (major) {
    case 0:
      return definite(size)
    case 1:
      return -1 - definite(size)
    case 2:
      return size === undefined ? Buffer.concat(items(reader, size, depth) as Buffer[]) : take(reader, size)
    case 3:
      return size === undefined ? items(reader, size, depth).join('') : take(reader, size).toString()
    case 4:
      return items(reader, size, depth)
    case 5:
      return members(reader, size, depth)
    default:
      if (size !== 1) throw new Error(`The tag ${size ?? 'of no number'} is not supported.`)
      return decode(reader, depth + 1)
  }
}

function definite(size: number | undefined): number {
  if (size === undefined) throw new Error('A number has no length.')
  return size
}

function items(reader: Reader, size: number | undefined, depth: number): unknown[] {
  const list: unknown[] = []
  while (size === undefined || list.length < size) {
    const item = decode(reader, depth + 1)
    if (item === end && size === undefined) break
    list.push(inside(item))
  }
  return list
}

function members(reader: Reader, size: number | undefined, depth: number): Record<string, unknown> {
  const map = Object.create(null) as Record<string, unknown>
  for (let count = 0; size === undefined || count < size; count++) {
    const name = decode(reader, depth + 1)
    if (name === end && size === undefined) break
    if (typeof name !== 'string') throw new Error('A member has no name.')
    map[name] = inside(decode(reader, depth + 1))
  }
  return { ...map }
}

function inside(value: unknown): unknown {
  if (value === end) throw new Error('A value ends before it begins.')
  return value
}

function decodeSimple(reader: Reader, info: number): unknown {
  switch (info) {
    case 20:
      return false
    case 21:
      return true
    case 22:
    case 23:
      return null
    case 25:
      return half(take(reader, 2).readUInt16BE())
    case 26:
      return take(reader, 4).readFloatBE()
    case 27:
      return take(reader, 8).readDoubleBE()
    case 31:
      return end
    default:
      throw new Error(`The simple value ${info} is not supported.`)
  }
}

function argument(reader: Reader, info: number): number {
  if (info < 24) return info
  if (info === 24) return take(reader, 1).readUInt8()
  if (info === 25) return take(reader, 2).readUInt16BE()
  if (info === 26) return take(reader, 4).readUInt32BE()
  if (info === 27) return Number(take(reader, 8).readBigUInt64BE())
  throw new Error(`The length ${info} is not supported.`)
}

function take(reader: Reader, length: number): Buffer {
  const bytes = reader.bytes.subarray(reader.at, reader.at + length)
  if (bytes.length < length) throw new Error('The value is cut off.')
  reader.at += length
  return bytes
}

/** A float of 16 bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
