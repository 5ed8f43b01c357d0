import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readOrEnd } from '../../bench/options.ts'
import { synthesizeApart } from '../../start/synthesize.ts'
import { findNeeds } from '../roles/grants.ts'
import { reasons } from './reasons.ts'
import { report, type Noted } from './report.ts'

const usage = `npm run permissions [-- [--from DIR] [TEST...]]

Runs the system tests (or those named) and every scenario of the roles, then prints what the roles were granted for
nothing and what only a wildcard allowed. With --from it reads what a test run with PERMISSIONS=DIR has left instead.
The exit code is 1 when a test failed or a line has no reason.
`

function readOptions() {
  const { values, positionals } = parseArgs({
    options: { from: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  return { ...values, tests: positionals }
}

/** What test runs have left in a folder; throws an Error of one line when that is nothing. */
function readNotes(folder: string): Noted[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : []
  if (files.length === 0) throw new Error(`No test left a note in ${folder}.`)
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Noted)
}

function judge(folder: string): void {
  const runs = readOrEnd(() => readNotes(folder))
  const { text, findings, open } = report(runs, reasons)
  console.log(`\n${text}\n\n${findings} findings over ${runs.length} started clouds, ${open} to be seen to.`)
  if (open > 0) process.exitCode = 1
}

async function runAndJudge(tests: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'permissions-'))
  if (runTests(folder, tests)) await runScenarios(folder)
  else process.exitCode = 1
  judge(folder)
  rmSync(folder, { recursive: true })
}

function runTests(folder: string, tests: readonly string[]): boolean {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'system', ...tests]
  const env = { ...process.env, PERMISSIONS: folder }
  return spawnSync(process.execPath, vitest, { stdio: 'inherit', env }).status === 0
}

/** Everything that a role may be needed for, recovery and dead letters included. */
async function runScenarios(folder: string): Promise<void> {
  const assembly = mkdtempSync(join(tmpdir(), 'assembly-'))
  process.env.PERMISSIONS = folder
  await synthesizeApart(assembly)
  await findNeeds(assembly)
  rmSync(assembly, { recursive: true })
}

const { from, help, tests } = readOrEnd(readOptions)
if (help) console.log(usage)
else if (from === undefined) await runAndJudge(tests)
else judge(from)
