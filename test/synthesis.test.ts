import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { keyExpiry } from '../infra/key-expiry.ts'
import { synthesize } from '../infra/synthesize.ts'
import { readTemplate, resource } from './synthesized.ts'

const root = dirname(import.meta.dirname)
const month = new Date().toISOString().slice(0, 7)
const folder = mkdtempSync(join(tmpdir(), 'synthesis-'))
const output = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

/** Name and hash of each file that is deployed; the rest of the assembly tells the CDK who called it. */
function deployed(assembly: string): [string, string][] {
  return readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(asset\.|OrderSystem\.(template|assets)).*\.\w+$/.test(file))
    .filter((file) => statSync(join(assembly, file)).isFile())
    .map((file) => [file, hash('sha256', readFileSync(join(assembly, file)))])
}

describe('synthesis', () => {
  const run = promisify(execFile)
  const app = (...args: string[]) => run(process.execPath, ['infra/app.ts', ...args], { cwd: root })

  test('gives the same template and assets again, byte for byte', async () => {
    await synthesize({ output: output('again'), month, check: false })
    expect(deployed(output('again'))).toEqual(deployed(inject('assembly')))
  })

  test('passes the rules of CloudFormation and cdk-nag, which leave no trace in the template', async () => {
    const { stdout } = await app('--output', output('checked'), '-c', `month=${month}`)
    expect(stdout).toBe(`Template and assets are in ${output('checked')}.\n`)
    expect(readTemplate(output('checked'))).toEqual(readTemplate(inject('assembly')))
  })

  test("is what the CDK's command line runs, whichever Node that command line itself runs on", async () => {
    const { app: command } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { app: string }
    const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'))
    const env = {
      PATH: path.join(delimiter),
      CDK_OUTDIR: output('cli'),
      CDK_CONTEXT_JSON: `{"month":"2026-05"}`,
    }
    await run('sh', ['-c', command], { cwd: root, env: { ...process.env, ...env } })
    const { Expires: expires } = resource(
      readTemplate(output('cli')),
      'AWS::AppSync::ApiKey',
      'ApiDefaultApiKey',
    )
    expect(expires).toBe(keyExpiry('2026-05').getTime() / 1000)
  })

  test.each([
    [['--foo'], "Unknown option '--foo'"],
    [['--output'], "Option '--output <value>' argument missing"],
  ])('%j is refused in one line', async (options, message) => {
    const oneLine = expect.stringMatching(new RegExp(`^${message}.*\n$`)) as string
    await expect(app(...options)).rejects.toMatchObject({ code: 1, stderr: oneLine })
  })

  test.each([
    ['-c', 'month=2026-13', 'month must be YYYY-MM, not "2026-13"'],
    ['-c', 'moon=full', 'unknown context: moon'],
  ])('%s %s is refused in one line', async (option, value, message) => {
    const refusal = app('--output', output('refused'), option, value)
    await expect(refusal).rejects.toMatchObject({ code: 1, stderr: `${message}\n` })
  })

  test('makes an API key that expires on the first of the month, eleven months on', () => {
    expect(keyExpiry('2026-11')).toEqual(new Date('2027-10-01T00:00:00Z'))
    expect(keyExpiry('2027-02')).toEqual(new Date('2028-01-01T00:00:00Z'))
    const { Expires: expires } = resource(
      readTemplate(inject('assembly')),
      'AWS::AppSync::ApiKey',
      'ApiDefaultApiKey',
    )
    expect(expires).toBe(keyExpiry(month).getTime() / 1000)
  })
})
