import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AwsError } from '../../../aws/error.ts'

/** Page tokens nobody can read, alter or take to another resolver. */
export interface PageTokens {
  write(key: object, scope: string): string
  /** Throws the error AppSync has for a token that is damaged or not of this scope. */
  read(token: string, scope: string): object
}

/**
 * Tokens sealed with AES-256-GCM. The secret lies in the data folder: tokens live as long as the data they point
 * into, over restarts, and are worth nothing elsewhere.
 */
export function pageTokens(folder: string): PageTokens {
  const secret = secretIn(folder)
  const keyFor = (scope: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `nextToken ${scope}`, 32))
  return {
    write(key, scope) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyFor(scope), iv)
      const sealed = Buffer.concat([
        iv,
        cipher.update(JSON.stringify(key)),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return encode({ version: 3, token: sealed.toString('base64') })
    },
    read(token, scope) {
      try {
        const sealed = Buffer.from(tokenIn(token), 'base64')
        const decipher = createDecipheriv('aes-256-gcm', keyFor(scope), sealed.subarray(0, 12))
        decipher.setAuthTag(sealed.subarray(-16))
        const opened = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
        return JSON.parse(opened.toString()) as object
      } catch {
        throw new AwsError('UserIllegalArgumentException', invalidToken)
      }
    },
  }
}

const invalidToken =
  'com.amazonaws.deepdish.common.pagination.InvalidPaginationTokenException: Invalid pagination token given.'

function encode(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64')
}

function tokenIn(token: string): string {
  const content = JSON.parse(Buffer.from(token, 'base64').toString()) as { token: string }
  return content.token
}

function secretIn(folder: string): Buffer {
  const file = join(folder, 'appsync-tokens.key')
  if (!existsSync(file)) {
    const unfinished = `${file}.${process.pid}`
    writeFileSync(unfinished, randomBytes(32), { mode: 0o600 })
    renameSync(unfinished, file)
  }
  return readFileSync(file)
}
