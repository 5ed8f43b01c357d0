import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fakeClock } from '../testing/clock.ts'
import { startSqs } from './testing/sqs.ts'

test('every message that was acknowledged before a kill is there after it', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sqs-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const sender = spawn(process.execPath, [join(import.meta.dirname, 'testing/sender.ts'), data])
  let printed = ''
  sender.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
    if (printed.length > 1_000) sender.kill('SIGKILL')
  })
  await once(sender, 'close')
  const acknowledged = printed.trimEnd().split('\n').length

  await using sqs = await startSqs({}, { data, clock: fakeClock(Date.now() + 1_000) })
  const bodies = new Set<string>()
  for (let batch = await take(); batch.length > 0; batch = await take())
    for (const { Body } of batch) bodies.add(Body)
  expect(acknowledged).toBeGreaterThan(100)
  for (let n = 0; n < acknowledged; n++) expect(bodies).toContain(String(n))

  function take() {
    return sqs.receive('things', { MaxNumberOfMessages: 10, VisibilityTimeout: 600 })
  }
})
