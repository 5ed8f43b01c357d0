import { createHash } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Lower-case letters and digits made from `bytes`, as AppSync's ids and keys look. */
export function lowerAlnum(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  while (text.length < length) {
    text += alphabet.charAt(Number(rest % 36n))
    rest /= 36n
  }
  return text
}

/** An id of 26 characters that is the same for the same resource at every start. */
export function stableId(kind: string, id: { stack: string; logicalId: string }): string {
  return lowerAlnum(createHash('sha256').update(`${kind}\n${id.stack}\n${id.logicalId}`).digest(), 26)
}
