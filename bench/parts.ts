import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createOrdersClient } from '../client/sdk/index.ts'
import { readCount, readOrEnd } from './options.ts'
import { mainThreadByPart, monotonic, type Span } from './profile.ts'
import { scratchFolder } from './scratch.ts'
import { startApart, type Started } from './started.ts'

const ordersPerSecond = 20

const usage = `npm run bench:parts -- [--seconds 10]

What each part of the system costs: its start by phases, each process's memory, CPU while nobody uses it, and under
${ordersPerSecond} orders a second by thread and, of the main thread, by service. Each is looked at for so many seconds.
`

const { seconds, help } = readOrEnd(() => {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, help: { type: 'boolean', default: false } },
  })
  return { seconds: readCount('--seconds', values.seconds), help: values.help }
})
const count = seconds * ordersPerSecond

const row = (what: string, value: number, unit: string): void =>
  console.log(`  ${what.padEnd(44)}${value.toFixed(1).padStart(10)} ${unit}`)

/** Milliseconds used between two looks, by name, the most first; of what has ended in between nothing is known. */
function used(
  before: readonly { id: string; cpu: number }[],
  now: readonly { id: string; name: string; cpu: number }[],
) {
  const then = new Map(before.map(({ id, cpu }) => [id, cpu]))
  const byName = Object.groupBy(now, ({ name }) => name)
  return Object.entries(byName)
    .map(([name, all = []]) => ({
      name: all.length > 1 ? `${name} (${all.length})` : name,
      cpu: all.reduce((total, { id, cpu }) => total + cpu - (then.get(id) ?? 0), 0),
    }))
    .filter(({ cpu }) => cpu > 0)
    .sort((one, other) => other.cpu - one.cpu)
}

async function idle(started: Started, when: string): Promise<void> {
  await pause(3_000)
  const before = started.parts()
  await pause(seconds * 1_000)
  console.log(`\n  ${when}, idle for ${seconds} s`)
  for (const { pid, name, cpu, memory } of started.parts()) {
    row(name, memory, 'MB')
    row('', (cpu - (before.find((part) => part.pid === pid)?.cpu ?? 0)) / seconds, 'ms CPU per second')
  }
}

async function orders(started: Started, howMany: number): Promise<void> {
  const { GraphqlUrl: endpoint = '', ApiKey: apiKey = '' } = started.outputs
  const client = createOrdersClient({ endpoint, apiKey })
  const items = [{ sku: 'SKU123', qty: 1 }]
  const one = async (): Promise<void> => {
    const { id } = await client.createOrder({ customerEmail: 'ada@example.com', items, totalAmount: 5 })
    for await (const { status } of client.watchOrder(id)) if (status === 'FAILED') throw new Error(id)
  }
  const running: Promise<void>[] = []
  for (let order = 0; order < howMany; order += 1) {
    running.push(one())
    await pause(1_000 / ordersPerSecond)
  }
  await Promise.all(running)
}

async function load(started: Started): Promise<void> {
  await orders(started, 20) // warm: sandboxes, caches, the JIT
  const before = started.threads()
  await orders(started, count)
  console.log(`\n  ${count} orders, ${ordersPerSecond} a second: CPU by thread`)
  for (const { name, cpu } of used(before, started.threads())) row(name, cpu / count, 'ms per order')
  for (const { name, memory } of started.parts()) row(name, memory, 'MB')
}

/** In a start of its own, as profiling costs. */
async function services(data: string): Promise<void> {
  const started = await startApart(data, ['--cpu-prof', `--cpu-prof-dir=${join(data, 'profile')}`])
  await orders(started, 20)
  const from = monotonic()
  await orders(started, count)
  const span: Span = { from, to: monotonic() }
  await started.stop()
  console.log('\n  the main thread by part, profiled')
  const parts = [...mainThreadByPart(join(data, 'profile'), span)].sort(([, one], [, other]) => other - one)
  for (const [name, took] of parts) row(name, took / count, 'ms per order')
}

async function measure(data: string): Promise<void> {
  const started = await startApart(data)
  console.log('\n  start, by phase')
  for (const { name, took } of started.phases) row(name, took, 'ms')
  row('first process to ready', started.ready, 'ms')
  await idle(started, 'after the start')
  await load(started)
  await idle(started, 'after the orders')
  await started.stop()
  await services(data)
}

if (help) console.log(usage)
else await measure(scratchFolder('parts-'))
