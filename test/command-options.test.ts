import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
const run = (script: string, ...options: string[]) =>
  promisify(execFile)(process.execPath, [script, ...options], { cwd: root, timeout: 20_000 })

test.each([
  ['bench/orders.ts', ['--foo'], "Unknown option '--foo'"],
  ['bench/orders.ts', ['--orders', 'x'], '--orders x: must be a number, 1 or more.'],
  ['bench/orders.ts', ['--clients', '0'], '--clients 0: must be a number, 1 or more.'],
  ['bench/parts.ts', ['--foo'], "Unknown option '--foo'"],
  ['bench/parts.ts', ['--seconds', 'x'], '--seconds x: must be a number, 1 or more.'],
  ['bench/parts.ts', ['x'], "Unexpected argument 'x'"],
  ['test/permissions/permissions.ts', ['--foo'], "Unknown option '--foo'"],
  ['test/permissions/permissions.ts', ['--from', '/nowhere'], 'No test left a note in /nowhere.'],
])('%s %j is refused in one line', async (script, options, message) => {
  const oneLine = expect.stringMatching(new RegExp(`^${message}.*\n$`)) as string
  await expect(run(script, ...options)).rejects.toMatchObject({ code: 1, stdout: '', stderr: oneLine })
})

test.each(['bench/orders.ts', 'bench/parts.ts', 'test/permissions/permissions.ts'])(
  '%s --help tells its options',
  async (script) => {
    expect((await run(script, '--help')).stdout).toMatch(/^npm run \S+/)
  },
)
