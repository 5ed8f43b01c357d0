import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb'
import { createOrdersClient, type OrdersClient } from '../client/sdk/index.ts'
import { readCount, readOrEnd } from './options.ts'
import { scratchFolder } from './scratch.ts'
import { startApart, type Started } from './started.ts'

const usage = `npm run bench -- [--orders 1000] [--clients 16] [--data DIR] [--disk]

Starts the system apart and measures the whole way of an order, push to a watcher included, with the load on the
same machine. The baseline of the same run is a plain PutItem by the AWS SDK through the same endpoint.
`

const line = { sku: 'SKU123', qty: 1 }
const input = { customerEmail: 'bench@example.com', items: [line], totalAmount: 19.99 }

/** Orders made by clients that each wait for the end of theirs before the next; answers orders per second. */
async function throughput(client: OrdersClient, orders: number, clients: number): Promise<number> {
  let left = orders
  const began = performance.now()
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const { id } = await client.createOrder(input)
      let last = ''
      for await (const { status } of client.watchOrder(id)) last = status
      if (last !== 'COMPLETED') throw new Error(`An order ended ${last}`)
    }
  }
  await Promise.all(Array.from({ length: clients }, one))
  return orders / ((performance.now() - began) / 1000)
}

/** 20 orders a second, however long each takes: milliseconds of createOrder, and from each commit to its watcher. */
async function latency(client: OrdersClient, seconds: number): Promise<{ create: number[]; push: number[] }> {
  const create: number[] = []
  const push: number[] = []
  const running: Promise<void>[] = []
  const one = async (): Promise<void> => {
    const began = performance.now()
    const { id } = await client.createOrder(input)
    create.push(performance.now() - began)
    for await (const { at, version } of client.watchOrder(id))
      if (version > 1) push.push(Date.now() - Date.parse(at))
  }
  for (let order = 0; order < seconds * 20; order += 1) {
    running.push(one())
    await pause(50)
  }
  await Promise.all(running)
  return { create, push }
}

function database({ local }: Started): DynamoDBDocumentClient {
  const { AwsEndpoint = '', Region = '', AccessKeyId = '', SecretAccessKey = '' } = local
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: AwsEndpoint, region: Region, credentials }),
  )
}

async function stockUp(started: Started): Promise<void> {
  const Item = { sku: line.sku, available: 1_000_000, updatedAt: new Date().toISOString() }
  await database(started).send(new PutCommand({ TableName: started.outputs.InventoryTable, Item }))
}

/** Plain puts per second by the AWS SDK, 16 at a time. */
async function baseline(started: Started, puts: number): Promise<number> {
  const documents = database(started)
  let left = puts
  const began = performance.now()
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const Item = { key: `bench-${left}`, orderId: 'none', expiresAt: 0 }
      await documents.send(new PutCommand({ TableName: started.outputs.IdempotencyTable, Item }))
    }
  }
  await Promise.all(Array.from({ length: 16 }, one))
  documents.destroy()
  return puts / ((performance.now() - began) / 1000)
}

function percentile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

const row = (what: string, value: string): void => console.log(`  ${what.padEnd(44)}${value.padStart(18)}`)
const spread = (numbers: readonly number[]): string =>
  `${percentile(numbers, 0.5).toFixed(0)} / ${percentile(numbers, 0.99).toFixed(0)} ms`

/** Reads the command line; throws an Error of one line for what it does not understand. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '1000' },
      clients: { type: 'string', default: '16' },
      data: { type: 'string' },
      disk: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    ...values,
    orders: readCount('--orders', values.orders),
    clients: readCount('--clients', values.clients),
  }
}

async function bench(values: ReturnType<typeof readOptions>): Promise<void> {
  const base = values.disk || !existsSync('/dev/shm') ? tmpdir() : '/dev/shm'
  const data = values.data ?? scratchFolder('bench-', base)
  console.log(
    `\n  ${values.orders} orders by ${values.clients} clients, data in ${values.disk ? 'a folder on disk' : 'memory'}\n`,
  )
  const started = await startApart(data)
  row('start to ready', `${started.ready.toFixed(0)} ms`)
  await pause(2_000)
  row('memory, idle', `${started.memory().toFixed(0)} MB`)
  const client = createOrdersClient({
    endpoint: started.outputs.GraphqlUrl ?? '',
    apiKey: started.outputs.ApiKey ?? '',
  })
  await stockUp(started)
  await throughput(client, 40, 8) // warm: sandboxes, caches, the JIT
  const puts = await baseline(started, 2_000)
  const { create, push } = await latency(client, 10)
  row('createOrder at 20 orders/s, p50 / p99', spread(create))
  row('commit to watcher at 20 orders/s, p50 / p99', spread(push))
  const before = started.cpu()
  const perSecond = await throughput(client, values.orders, values.clients)
  row('orders completed and watched', `${perSecond.toFixed(0)} /s`)
  row('CPU of the system per order', `${((started.cpu() - before) / values.orders).toFixed(1)} ms`)
  row('memory after', `${started.memory().toFixed(0)} MB`)
  row('baseline: PutItem by the AWS SDK', `${puts.toFixed(0)} /s`)
  row('orders per 1,000 baseline puts', ((perSecond / puts) * 1000).toFixed(0))
  console.log()
  await started.stop()
}

const options = readOrEnd(readOptions)
if (options.help) console.log(usage)
else await bench(options)
