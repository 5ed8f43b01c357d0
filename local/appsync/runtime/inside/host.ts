/**
 * What the code inside the sandbox gets from outside: functions from primitives to primitives, held in closures
 * that resolver code cannot reach. Anything else would hand resolver code a way out.
 */
export interface Host {
  /** Milliseconds since the epoch. */
  now(): number
  /** Random bytes in hexadecimal. */
  randomHex(bytes: number): string
  base64Encode(text: string): string
  base64Decode(base64: string): string
}

let current: Host | undefined

export function setHost(host: Host): void {
  current = host
}

export function host(): Host {
  if (!current) throw new Error('The runtime has not been started.')
  return current
}
