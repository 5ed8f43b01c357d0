import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Grows whenever what the services keep on disk changes its shape. */
const version = '3'

/** The folder in which a local cloud keeps everything, held by one process at a time. */
export interface DataFolder {
  readonly path: string
  /** Random and the folder's own: what keys and tokens are derived from. */
  readonly secret: string
  /** Lets another process have it. The death of this one does the same. */
  release(): void
}

/**
 * Opens or makes the folder; with `reset` everything in it is forgotten first. Throws an Error of one clear line when
 * another process holds it, it cannot be made or written, another version wrote it, or it holds anything but a cloud's data.
 */
export function openDataFolder(path: string, reset = false): DataFolder {
  orRefuse(path, 'made', () => makeFolder(path, 0o700))
  orRefuse(path, 'written', () => accessSync(path, constants.W_OK))
  checkOurs(path)
  const lock = hold(path)
  try {
    if (reset) forget(path)
    checkVersion(path)
    return { path, secret: secretOf(path), release: () => lock.close() }
  } catch (error) {
    lock.close()
    throw error
  }
}

/** With the folders above it. `recursive` of node:fs never ends where there can be no folder, as in /proc. */
function makeFolder(path: string, mode = 0o777): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolder(dirname(path))
  mkdirSync(path, mode)
}

function orRefuse<Done>(path: string, what: string, work: () => Done): Done {
  try {
    return work()
  } catch (error) {
    throw new Error(
      `The data folder ${path} cannot be ${what} (${(error as Error).message}): choose another with --data.`,
    )
  }
}

const lockFile = 'lock.db'

/** A reset takes everything in the folder, so none may be opened that somebody keeps other things in. */
function checkOurs(path: string): void {
  const names = readdirSync(path)
  const ours = names.includes(lockFile) && names.includes('version')
  const foreign = ours ? undefined : names.find((name) => !name.startsWith(lockFile))
  if (foreign !== undefined)
    throw new Error(
      `The data folder ${path} holds other things (${foreign}): choose another, or a new one, with --data, or delete it if none of that is needed.`,
    )
}

/** A lock that the operating system takes back when the process dies, however it dies. */
function hold(path: string): DatabaseSync {
  const lock = orRefuse(path, 'opened', () => new DatabaseSync(join(path, lockFile)))
  try {
    lock.exec('PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    const why = (error as Error).message
    throw new Error(
      why.includes('locked')
        ? `The data folder ${path} is in use by another local cloud: stop that one, or choose another folder with --data.`
        : `The data folder ${path} is broken (${why}): forget it with --reset, or choose another with --data.`,
    )
  }
}

/** Everything but the lock, which is held; last the version, by which a reset that was broken off is known again. */
function forget(path: string): void {
  for (const name of [...readdirSync(path).filter((each) => each !== 'version'), 'version']) {
    if (!name.startsWith(lockFile)) rmSync(join(path, name), { recursive: true, force: true })
  }
}

function checkVersion(path: string): void {
  const found = readIfThere(join(path, 'version'))
  if (found === undefined) writeFileSync(join(path, 'version'), version)
  else if (found !== version) {
    throw new Error(
      `The data folder ${path} was written by another version (${found.trim().slice(0, 20)}, this is ${version}): forget it with --reset.`,
    )
  }
}

function secretOf(path: string): string {
  const file = join(path, 'secret')
  const known = readIfThere(file)
  if (known !== undefined && known.length > 0) return known
  const made = randomBytes(32).toString('hex')
  writeFileSync(file, made, { mode: 0o600 })
  chmodSync(file, 0o600)
  return made
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
