import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { until } from './harness/recovery.ts'

const root = dirname(import.meta.dirname)

/** Command lines that name a folder. */
const processesOn = (folder: string): string[] =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder))

test.each(['SIGTERM', 'SIGINT'] as const)(
  'bench:parts ended by %s takes its cloud and its folder along',
  async (signal) => {
    const temporary = mkdtempSync(join(tmpdir(), 'ended-'))
    onTestFinished(() => rmSync(temporary, { recursive: true, force: true }))
    const bench = spawn(process.execPath, ['bench/parts.ts', '--seconds', '60'], {
      cwd: root,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let said = ''
    bench.stdout.on('data', (text: Buffer) => (said += text.toString()))
    await until(() => Promise.resolve(said.includes('first process to ready')))
    expect(processesOn(temporary)).toEqual([expect.stringContaining('start/start.ts')])
    bench.kill(signal)
    await once(bench, 'close')
    await until(() => Promise.resolve(processesOn(temporary).length === 0), 5)
    expect(readdirSync(temporary).filter((name) => name.startsWith('parts-'))).toEqual([])
  },
)
