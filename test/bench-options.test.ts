import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = dirname(import.meta.dirname)
const bench = (...options: string[]) =>
  promisify(execFile)(process.execPath, ['bench/orders.ts', ...options], { cwd: root })

test.each([
  [['--foo'], "Unknown option '--foo'"],
  [['--orders', 'x'], '--orders x: must be a number, 1 or more.'],
  [['--clients', '0'], '--clients 0: must be a number, 1 or more.'],
])('npm run bench -- %j is refused in one line', async (options, message) => {
  const oneLine = expect.stringMatching(new RegExp(`^${message}.*\n$`)) as string
  await expect(bench(...options)).rejects.toMatchObject({ code: 1, stdout: '', stderr: oneLine })
})
