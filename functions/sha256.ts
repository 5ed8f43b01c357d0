import { hash } from 'node:crypto'

/** Bytes that SHA-256 takes at a time: the length an HMAC's secret is brought to (RFC 2104). */
const block = 64

/**
 * SHA-256, keyed when there is a secret, for everything that signs requests to AWS. Node's own `createHash` and
 * `createHmac`, which the AWS SDK uses, make an object outside of the heap for each of the four hashes of a request:
 * that is two fifths of what a call costs. `hash` makes none.
 */
export class Sha256 {
  readonly #secret: Uint8Array | undefined
  #parts: Uint8Array[] = []

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : bytes(secret)
  }

  update(data: Uint8Array | string): void {
    this.#parts.push(bytes(data))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#secret === undefined ? sha256(this.#parts) : hmac(this.#secret, this.#parts))
  }

  reset(): void {
    this.#parts = []
  }
}

function hmac(secret: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const key = secret.length > block ? sha256([secret]) : secret
  const inner = new Uint8Array(block).fill(0x36)
  const outer = new Uint8Array(block).fill(0x5c)
  key.forEach((byte, index) => {
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  })
  return sha256([outer, sha256([inner, ...parts])])
}

function sha256(parts: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array(), ...more] = parts
  return hash('sha256', more.length === 0 ? only : Buffer.concat(parts), 'buffer')
}

function bytes(source: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof source === 'string') return Buffer.from(source)
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
}
