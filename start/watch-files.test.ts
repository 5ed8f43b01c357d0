import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchFiles } from './watch-files.ts'

/** Of a process of its own: in this one nothing is told meanwhile. */
const probes = `
  for (let times = 0; times < 2_000; times++) {
    fs.writeFileSync('4913', '')
    fs.unlinkSync('4913')
    fs.mkdirSync('new/deeper', { recursive: true })
    fs.writeFileSync('new/deeper/one.ts', '')
    fs.rmSync('new', { recursive: true })
  }`

describe('watching files', () => {
  let root: string
  let told: string[]
  let watching: ReturnType<typeof watchFiles>
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'watched-'))
    for (const folder of ['functions/steps', 'docs']) mkdirSync(join(root, folder), { recursive: true })
    told = []
    watching = watchFiles(root, ['functions'], (file) => void told.push(file))
  })
  afterEach(() => {
    watching.close()
    rmSync(root, { recursive: true, force: true })
  })

  const write = (file: string): void => writeFileSync(join(root, file), '')
  const remove = (path: string): void => rmSync(join(root, path), { recursive: true })
  /** What is told of all that was done, once no more comes. */
  async function heard(): Promise<Set<string>> {
    for (let known = -1; known < told.length;) {
      known = told.length
      await pause(100)
    }
    return new Set(told.splice(0))
  }

  it('tells of files in the folders named, and of no other', async () => {
    for (const file of ['functions/one.ts', 'functions/steps/two.ts', 'docs/three.ts', 'four.ts']) write(file)
    expect(await heard()).toEqual(new Set(['functions/one.ts', 'functions/steps/two.ts']))
  })

  it('outlives what is gone before it can be looked at, as the probes of editors are', async () => {
    await promisify(execFile)(process.execPath, ['-e', probes], { cwd: join(root, 'functions') })
    await heard()
    write('functions/steps/two.ts')
    expect(await heard()).toContain('functions/steps/two.ts')
  })

  it('goes on with a folder that took the place of another', async () => {
    for (const folder of ['functions/steps', 'functions']) {
      remove(folder)
      mkdirSync(join(root, 'functions/steps'), { recursive: true })
      write('functions/steps/early.ts')
      expect(await heard()).toContain('functions/steps/early.ts')
      write('functions/steps/late.ts')
      expect(await heard()).toContain('functions/steps/late.ts')
    }
  })
})
