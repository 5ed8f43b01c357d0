const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** One letter per byte, in the alphabet of AWS's access keys and ids. */
export function base32(bytes: Buffer): string {
  return [...bytes].map((byte) => alphabet[byte % 32]).join('')
}
