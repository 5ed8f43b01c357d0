import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `npm run check`: everything that can be judged without running the system, each with its time. */
const scratch = mkdtempSync(join(tmpdir(), 'check-'))
const generated = ['resolvers/schema.generated.ts', 'client/sdk/operations.generated.ts']

const checks: [string, () => string | undefined][] = [
  ['generated code is current', codegenDrift],
  ['format (prettier)', () => run('prettier', '--check', '--log-level', 'warn', '.')],
  ['rules and import directions (eslint)', () => run('eslint', '.')],
  ['types (tsc)', () => run('tsc', '-p', '.')],
  ['nothing unused (knip)', () => run('knip')],
  ['template and cdk-nag (synth)', () => run('node', 'infra/app.ts', '--output', join(scratch, 'cdk.out'))],
  ['the SDK builds and publishes (tsc, publint)', sdk],
]

let failed = 0
for (const [name, check] of checks) {
  const began = performance.now()
  const trouble = check()
  const took = `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(7)
  console.log(`  ${trouble === undefined ? 'ok    ' : 'FAILED'} ${name.padEnd(46)}${took}`)
  if (trouble !== undefined) console.log(`\n${trouble}\n`)
  failed += trouble === undefined ? 0 : 1
}
rmSync(scratch, { recursive: true, force: true })
process.exitCode = failed === 0 ? 0 : 1

/** What the tool said when it was not content. */
function run(tool: string, ...args: string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: 'utf8' })
  return status === 0 ? undefined : [stdout, stderr, error?.message].join('').trim() || `exit code ${status}`
}

/** Generates anew; a difference stays in the work tree, ready to be committed. */
function codegenDrift(): string | undefined {
  const before = generated.map((file) => readFileSync(file, 'utf8'))
  const trouble = run('graphql-codegen', '--config', 'codegen.ts')
  const stale = generated.filter((file, index) => readFileSync(file, 'utf8') !== before[index])
  return trouble ?? (stale.length === 0 ? undefined : `was stale and is generated anew: ${stale.join(', ')}`)
}

function sdk(): string | undefined {
  return run('tsc', '-p', 'client/sdk') ?? run('publint', 'client/sdk')
}
