/**
 * An id that nobody else makes. Not `crypto.randomUUID`, which browsers keep from pages of plain `http:` that are not of
 * this machine, such as one shown to a phone on the same network.
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
