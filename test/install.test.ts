import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
const run = promisify(execFile)

test('everything is installed whatever NODE_ENV says', async () => {
  const env = { ...process.env, NODE_ENV: 'production' }
  const { stdout } = await run('npm', ['ls', 'esbuild', '--depth=0'], { cwd: root, env })
  expect(stdout).toMatch(/esbuild@\d/)
})

test('npm ci goes on where the package node, which not each version has for each machine, cannot be installed', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optional?: boolean }>
  }
  expect(packages['node_modules/node']).toMatchObject({ optional: true })
})

test('npm start before npm ci says so in one line', async () => {
  const checkout = mkdtempSync(join(tmpdir(), 'checkout-'))
  for (const part of ['start', 'local', 'package.json'])
    cpSync(join(root, part), join(checkout, part), { recursive: true })
  const started = run(process.execPath, ['start/start.ts'], { cwd: checkout })
  await expect(started).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^\n {2}The package \S+ is not installed: run "npm ci" first\.\n\n$/,
    ) as string,
  })
  rmSync(checkout, { recursive: true })
})
