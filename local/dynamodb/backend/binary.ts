import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

/**
 * Path of the dynoxide program: the optional dependency for this platform, else `dynoxide` on the PATH. Throws an
 * Error with one clear line when there is neither.
 */
export function findDynoxide(env: NodeJS.ProcessEnv = process.env, resolve = resolvePackage): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`
  const packaged = resolve(`${name}/package.json`)
  const folders = [...(packaged ? [dirname(packaged)] : []), ...(env.PATH ?? '').split(delimiter)]
  const found = folders.map((folder) => join(folder, 'dynoxide')).find(isProgram)
  if (found) return found
  throw new Error(
    `No DynamoDB: ${name} is not installed and no dynoxide is on the PATH. ` +
      'Install one, or pass --dynamodb-endpoint with the URL of a DynamoDB Local.',
  )
}

function resolvePackage(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    return undefined
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
