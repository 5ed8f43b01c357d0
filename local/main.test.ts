import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { assemblyFolder } from './template/testing/assembly.ts'

const main = join(import.meta.dirname, 'main.ts')

it('runs an app, prints its outputs and stops when it is told to', async () => {
  const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'things' } }
  const Outputs = { Url: { Value: { Ref: 'Queue' } } }
  const assembly = assemblyFolder({ Main: { Resources: { Queue }, Outputs } })
  const data = mkdtempSync(join(tmpdir(), 'main-'))
  const child = spawn(process.execPath, [main, assembly, '--port', '0', '--aws-port', '0', '--data', data])
  let printed = ''
  child.stdout.on('data', (text: Buffer) => (printed += text.toString()))
  while (!printed.includes('Ctrl-C')) await once(child.stdout, 'data')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(printed).toMatch(/^Main\.Url = http:\/\/127\.0\.0\.1:\d+\/000000000000\/things\nAWS endpoint http/)
  for (const folder of [assembly, data]) rmSync(folder, { recursive: true })
})

it.each([
  [[], /^Name one folder of a synthesized app/],
  [['none', '--port', 'x'], /^--port x: must be a port/],
  [['none', '--port', '5555', '--aws-port', '5555'], /^--port and --aws-port are both 5555/],
  [['none', '--dynamodb-endpoint', 'nope'], /^--dynamodb-endpoint nope: must be a URL/],
  [
    ['none', '--data', join(tmpdir(), 'never-made'), '--parameter', 'x'],
    /^--parameter x: must be NAME=VALUE/,
  ],
  // Node's own recursive mkdir never ends there.
  [
    ['none', '--data', '/proc/x'],
    /^The data folder \/proc\/x cannot be made \(.*\): choose another with --data/,
  ],
])('says what is wrong with %j', (args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  expect([status, stderr]).toEqual([1, expect.stringMatching(message)])
})
