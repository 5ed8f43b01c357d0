import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { machineArn, world, type HistoryEvent, type World } from './testing/world.ts'

const program = fileURLToPath(new URL('testing/killable.ts', import.meta.url))

/** Runs the program until it has been up for `life` milliseconds, then kills it. Answers the starts it told. */
async function live(data: string, run: number, count: number, life: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, data, `run${run}`, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const closed = new Promise((resolve) => child.once('close', resolve))
  while (told === '' && count > 0) await sleep(1)
  await sleep(life)
  child.kill('SIGKILL')
  await closed
  return told.split('\n').slice(0, -1)
}

function expectWhole(name: string, events: readonly HistoryEvent[]): void {
  expect(
    events.map((each) => each.id),
    name,
  ).toEqual(events.map((_, at) => at + 1))
  expect(
    events.every((each) => each.previousEventId < each.id),
    name,
  ).toBe(true)
  const count = (type: string): number => events.filter((each) => each.type === type).length
  expect(
    ['ExecutionStarted', 'TaskStateExited', 'MapIterationSucceeded', 'ExecutionSucceeded'].map(count),
    name,
  ).toEqual([1, 6, 3, 1])
}

async function check(w: World, name: string): Promise<void> {
  const arn = machineArn('machine').replace('stateMachine', 'execution') + `:${name}`
  const { status, output } = await w.describe(arn)
  const n = Number(name.split('-')[1])
  const whole = { n, doubled: 2 * n, both: [2 * n, [2, 4, 6]], answer: 'yes' }
  expect({ name, status, output: JSON.parse(String(output)) as unknown }).toEqual({
    name,
    status: 'SUCCEEDED',
    output: whole,
  })
  expectWhole(name, await w.history(arn))
}

test(
  'whatever was acknowledged ends as it should, however often the process is killed',
  { timeout: 180_000 },
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'killed-'))
    const seed = Date.now() % 2 ** 31
    console.log(`seed ${seed}`)
    let state = seed
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    const told: string[] = []
    for (let run = 0; run < 25; run++) told.push(...(await live(data, run, 500, random() * 120)))
    await live(data, 99, 0, 8000)
    const w = await world({}, {}, data)
    expect(told.length).toBeGreaterThan(100)
    for (const name of told) await check(w, name)
    w.close()
    rmSync(data, { recursive: true, force: true })
  },
)
