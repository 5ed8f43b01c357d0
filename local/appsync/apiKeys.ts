import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lowerAlnum } from './identifiers.ts'

/** Gives each ApiKey resource a key that is random per data folder and stays the same as long as the folder lives. */
export function apiKeySource(dataFolder: string): (id: { stack: string; logicalId: string }) => string {
  const secret = readOrCreateSecret(join(dataFolder, 'appsync.secret'))
  return (id) => {
    const digest = createHmac('sha256', secret).update(`${id.stack}\n${id.logicalId}`).digest()
    return `da2-${lowerAlnum(digest, 26)}`
  }
}

/** Written beside and renamed, so that a killed process leaves a whole secret or none. */
function readOrCreateSecret(path: string): Buffer {
  if (existsSync(path)) return readFileSync(path)
  const secret = randomBytes(32)
  writeFileSync(`${path}.new`, secret, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return secret
}
