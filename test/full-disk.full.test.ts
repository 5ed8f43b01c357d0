import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOrdersClient, type OrdersClient, type StatusChange } from '../client/sdk/index.ts'
import { seededStock, seeds } from '../start/seed.ts'
import { subscribeQueue, takeNotices, type Notice } from './harness/notices.ts'
import { readWorld } from './harness/read-world.ts'
import { quickFigures } from './harness/shop.ts'
import { violationsOf } from './invariants/violations.ts'
import { openDoors } from './survival/survivor.ts'

interface Outputs {
  OrderSystem: { GraphqlUrl: string; ApiKey: string; NotificationTopicArn: string }
  Local: { AwsEndpoint: string; Region: string; AccessKeyId: string; SecretAccessKey: string }
}

/** What a watcher sees of an order until it is closed. */
async function follow(client: OrdersClient, orderId: string) {
  const changes: StatusChange[] = []
  for await (const change of client.watchOrder(orderId)) changes.push(change)
  return { orderId, changes }
}

/** A disk of one's own can be had by root only. */
const root = process.getuid?.() === 0
const run = (program: string, ...args: string[]): Buffer => execFileSync(program, args)

describe.runIf(root)('a disk without room', () => {
  let disk: string
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'disk-'))
    run('mount', '-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk)
  })
  afterEach(() => {
    run('umount', '--lazy', disk)
    rmSync(disk, { recursive: true, force: true })
  })

  async function start() {
    const figures = Object.entries(quickFigures).flatMap(([name, value]) => [
      '--parameter',
      `${name}=${value}`,
    ])
    const options = ['--port', '0', '--aws-port', '0', '--quiet', '--data', join(disk, 'data'), ...figures]
    const args = ['--disable-warning=ExperimentalWarning', 'start/start.ts', ...options]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()))
    const ended = once(child, 'close').then(([code]) => code as number | null)
    while (!said.includes('Ctrl-C') && child.exitCode === null) await pause(20)
    const outputs = readFileSync(join(disk, 'data', 'outputs.json'), 'utf8')
    const { OrderSystem, Local } = JSON.parse(outputs) as Outputs
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = Local
    const place = { region: Local.Region, awsEndpoint: Local.AwsEndpoint }
    const doors = openDoors({ operator: { accessKeyId, secretAccessKey }, place } as Parameters<
      typeof openDoors
    >[0])
    const queue = await subscribeQueue(doors, OrderSystem.NotificationTopicArn)
    const client = createOrdersClient({ endpoint: OrderSystem.GraphqlUrl, apiKey: OrderSystem.ApiKey })
    return { child, client, doors, queue, outputs: { ...OrderSystem }, ended, said: () => said }
  }

  it('ends the system with one clear line, and nothing that was acknowledged is lost', async () => {
    const input = { customerEmail: 'ada@example.com', items: [{ sku: 'SKU123', qty: 1 }], totalAmount: 5 }
    const accepted: string[] = []
    const first = await start()
    accepted.push((await first.client.createOrder(input)).id)
    const filler = join(disk, 'filler')
    expect(() => {
      for (;;) appendFileSync(filler, Buffer.alloc(4096))
    }).toThrow('ENOSPC')
    while (first.child.exitCode === null) {
      const order = await first.client.createOrder(input).catch(() => undefined)
      if (order) accepted.push(order.id)
    }
    expect(await first.ended).toBe(1)
    expect(first.said()).toMatch(/^ {2}The disk of the data folder .* is full: make room and start again\./m)
    expect(first.said()).not.toMatch(/^ +at /m)

    rmSync(filler)
    const second = await start()
    for (const id of accepted) expect(await second.client.order(id)).toMatchObject({ id })
    const watched = await Promise.all(accepted.map((id) => follow(second.client, id)))
    const initial = Object.fromEntries(seeds.map((sku) => [sku, seededStock]))
    const notices: Notice[] = []
    let wrong: string[] = ['not looked yet']
    for (let looks = 0; looks < 20 && wrong.length > 0; looks += 1) {
      notices.push(...(await takeNotices(second.doors.sqs, second.queue)))
      const world = await readWorld(
        { ...second.doors, outputs: second.outputs },
        { accepted, watched, notices, initial },
      )
      wrong = violationsOf(world).map(({ invariant, message }) => `${invariant}: ${message}`)
      if (wrong.length > 0) await pause(300)
    }
    expect(wrong).toEqual([])
    second.child.kill('SIGINT')
    await second.ended
  })
})
