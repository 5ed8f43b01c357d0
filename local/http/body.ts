import type { IncomingMessage } from 'node:http'

/** The body is longer than the reader allows; answer it with 413 and close. */
export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`The body is longer than ${limit} bytes.`)
    this.name = 'BodyTooLarge'
  }
}

/**
 * Reads the whole body, at most `limit` bytes. Rejects with BodyTooLarge without reading the rest, or with the
 * socket's error when the caller hangs up.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      reject(new BodyTooLarge(limit))
      return
    }
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) {
        chunks.push(chunk)
        return
      }
      request.pause().removeAllListeners('data')
      reject(new BodyTooLarge(limit))
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.on('error', reject)
  })
}
