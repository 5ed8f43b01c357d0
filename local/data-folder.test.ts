import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.ts'

describe('the data folder', () => {
  let path: string
  beforeEach(() => void (path = mkdtempSync(join(tmpdir(), 'data-'))))
  afterEach(() => rmSync(path, { recursive: true, force: true }))

  it('keeps its secret over a restart, readable by its owner only', () => {
    const first = openDataFolder(path)
    first.release()
    const again = openDataFolder(path)
    again.release()
    expect(again.secret).toBe(first.secret)
    expect(statSync(join(path, 'secret')).mode & 0o777).toBe(0o600)
  })

  it('is readable by its owner only when it makes it: its databases hold what customers gave', () => {
    const made = join(path, 'new', 'data')
    openDataFolder(made).release()
    expect(statSync(made).mode & 0o777).toBe(0o700)
  })

  it('is held by one at a time', () => {
    const first = openDataFolder(path)
    expect(() => openDataFolder(path)).toThrow(/in use by another local cloud/)
    first.release()
    openDataFolder(path).release()
  })

  it('refuses a path that is too long for its databases', () => {
    const long = join(path, ...Array<string>(6).fill('x'.repeat(100)))
    expect(() => openDataFolder(long)).toThrow(
      /^The data folder \/.* cannot be opened \(.*\): choose another with --data\.$/,
    )
  })

  it('forgets everything on reset', () => {
    const first = openDataFolder(path)
    first.release()
    writeFileSync(join(path, 'something.db'), 'old')
    const fresh = openDataFolder(path, true)
    fresh.release()
    expect(fresh.secret).not.toBe(first.secret)
    expect(() => readFileSync(join(path, 'something.db'))).toThrow(/ENOENT/)
  })

  it.each([false, true])(
    'refuses a folder that holds other things and touches nothing (reset: %j)',
    (reset) => {
      writeFileSync(join(path, 'thesis.md'), 'years of work')
      writeFileSync(join(path, 'version'), '1.0.0')
      expect(() => openDataFolder(path, reset)).toThrow(
        /holds other things \((thesis\.md|version)\): choose another/,
      )
      expect(readdirSync(path)).toEqual(['thesis.md', 'version'])
    },
  )

  it('refuses what another version wrote', () => {
    openDataFolder(path).release()
    writeFileSync(join(path, 'version'), '0\n')
    expect(() => openDataFolder(path)).toThrow(
      /written by another version \(0, this is 3\): forget it with --reset/,
    )
  })

  it('says so when it is no folder', () => {
    const file = join(path, 'file')
    writeFileSync(file, '')
    expect(() => openDataFolder(file)).toThrow(/cannot be made .*choose another with --data/)
  })

  it('says so when its lock is damaged', () => {
    writeFileSync(join(path, 'lock.db'), 'x'.repeat(5000))
    expect(() => openDataFolder(path)).toThrow(/is broken .*--reset/)
  })
})
