import { createHash, createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Sha256 } from '../functions/sha256.ts'

const hex = async (hash: Sha256): Promise<string> => Buffer.from(await hash.digest()).toString('hex')

describe('SHA-256 as requests are signed with it', () => {
  test.each([0, 1, 63, 64, 65, 1_000])('of %i bytes is what Node says', async (length) => {
    const data = randomBytes(length)
    const hash = new Sha256()
    hash.update(data.subarray(0, 10))
    hash.update(data.subarray(10))
    expect(await hex(hash)).toBe(createHash('sha256').update(data).digest('hex'))
  })

  test.each([0, 1, 20, 63, 64, 65, 131])('keyed with %i bytes is what Node says', async (length) => {
    const secret = randomBytes(length)
    for (const text of ['', 'Straße', 'x'.repeat(200)]) {
      const expected = createHmac('sha256', secret).update(text).digest('hex')
      const hash = new Sha256(secret)
      hash.update(text)
      expect(await hex(hash)).toBe(expected)
      const buffered = new Sha256(Uint8Array.from(secret).buffer)
      buffered.update(Buffer.from(text))
      expect(await hex(buffered)).toBe(expected)
    }
  })

  test('keyed with text, and begun anew', async () => {
    const hash = new Sha256('AWS4schlüssel')
    hash.update('something else')
    hash.reset()
    hash.update('20261127')
    expect(await hex(hash)).toBe(createHmac('sha256', 'AWS4schlüssel').update('20261127').digest('hex'))
  })

  test('answers again what it answered', async () => {
    const hash = new Sha256('secret')
    hash.update('text')
    expect(await hex(hash)).toBe(await hex(hash))
  })
})
