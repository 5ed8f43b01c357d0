import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { synthesizeApart } from '../../start/synthesize.ts'
import { findNeeds } from '../roles/grants.ts'
import { reasons } from './reasons.ts'
import { report, type Noted } from './report.ts'

/**
 * `npm run permissions [-- --from DIR] [-- TEST...]`: runs the system tests (or those named) and every scenario of the
 * roles, then prints what the roles were granted for nothing and what only a wildcard allowed. With `--from` it takes what a test run with
 * PERMISSIONS=DIR has left. The exit code is 1 when a test failed or a line has no reason.
 */
const { values, positionals } = parseArgs({ options: { from: { type: 'string' } }, allowPositionals: true })

const folder = values.from ?? mkdtempSync(join(tmpdir(), 'permissions-'))
const passed = values.from !== undefined || (runTests() && (await runScenarios()))
const runs = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Noted)
if (values.from === undefined) rmSync(folder, { recursive: true })

if (runs.length === 0) {
  console.error(`No test left a note in ${folder}.`)
  process.exitCode = 1
} else {
  const { text, findings, open } = report(runs, reasons)
  console.log(`\n${text}\n\n${findings} findings over ${runs.length} started clouds, ${open} to be seen to.`)
  if (!passed || open > 0) process.exitCode = 1
}

/** Everything that a role may be needed for, recovery and dead letters included. */
async function runScenarios(): Promise<boolean> {
  const assembly = mkdtempSync(join(tmpdir(), 'assembly-'))
  process.env.PERMISSIONS = folder
  await synthesizeApart(assembly)
  await findNeeds(assembly)
  rmSync(assembly, { recursive: true })
  return true
}

function runTests(): boolean {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'system', ...positionals]
  const env = { ...process.env, PERMISSIONS: folder }
  return spawnSync(process.execPath, vitest, { stdio: 'inherit', env }).status === 0
}
