import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createOrdersClient } from '../client/sdk/index.ts'
import { startApart, type Part } from './started.ts'

/** What the system costs while nobody uses it: CPU and memory of each of its processes, after a few orders. */
const seconds = Number(process.argv[2] ?? 10)
const data = mkdtempSync(join(tmpdir(), 'idle-'))
const started = await startApart(data)
try {
  await rest('after the start')
  const { GraphqlUrl: endpoint = '', ApiKey: apiKey = '' } = started.outputs
  const client = createOrdersClient({ endpoint, apiKey })
  const input = { customerEmail: 'ada@example.com', items: [{ sku: 'SKU123', qty: 1 }], totalAmount: 5 }
  for (let count = 0; count < 20; count += 1) {
    const { id } = await client.createOrder(input)
    for await (const change of client.watchOrder(id)) if (change.status === 'FAILED') throw new Error(id)
  }
  await rest('after 20 orders')
} finally {
  await started.stop()
  rmSync(data, { recursive: true, force: true })
}

async function rest(when: string): Promise<void> {
  await pause(3_000)
  const before = started.parts()
  await pause(seconds * 1_000)
  const used = (now: Part): number => now.cpu - (before.find(({ pid }) => pid === now.pid)?.cpu ?? 0)
  console.log(`\n${when}, idle for ${seconds} s`)
  for (const part of started.parts())
    console.log(
      `  ${part.name.padEnd(14)}${(used(part) / seconds).toFixed(1).padStart(8)} ms CPU per second` +
        `${part.memory.toFixed(0).padStart(8)} MB`,
    )
}
