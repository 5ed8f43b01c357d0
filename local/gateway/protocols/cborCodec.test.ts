import { describe, expect, it } from 'vitest'
import { decodeCbor, encodeCbor } from './cborCodec.ts'

describe('CBOR', () => {
  it.each<[unknown, string]>([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [1000, '1903e8'],
    [1000000, '1a000f4240'],
    [1000000000000, '1b000000e8d4a51000'],
    [-1, '20'],
    [-1000, '3903e7'],
    [1.1, 'fb3ff199999999999a'],
    ['ü', '62c3bc'],
    [true, 'f5'],
    [false, 'f4'],
    [null, 'f6'],
    [[1, [2, 3]], '8201820203'],
    [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
  ])('writes and reads %j as RFC 8949 does', (value, hex) => {
    expect(encodeCbor(value).toString('hex')).toBe(hex)
    expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value)
  })

  it.each<[string, unknown]>([
    ['f93c00', 1],
    ['f97bff', 65504],
    ['f90001', 5.960464477539063e-8],
    ['f9fc00', -Infinity],
    ['fa47c35000', 100000],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['5f42010243030405ff', Buffer.of(1, 2, 3, 4, 5)],
    ['c11a514b67b0', 1363896240],
  ])('reads %s, a form it does not write', (hex, value) => {
    expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value)
  })

  it('tags dates and leaves out what is undefined', () => {
    expect(encodeCbor({ a: undefined, b: new Date(500) }).toString('hex')).toBe('a16162c1fb3fe0000000000000')
  })

  it.each(['', '18', '1903', '62c3', '8201', 'a1', 'a10101', 'ff', '81ff', '9f', '0000', 'c000', '1f', 'fc'])(
    'refuses the malformed "%s"',
    (hex) => {
      expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow()
    },
  )
})
