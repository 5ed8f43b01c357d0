import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrdersClient } from '../client/sdk/index.ts'

/** A disk of one's own can be had by root only. */
const root = process.getuid?.() === 0
const run = (program: string, ...args: string[]): Buffer => execFileSync(program, args)

describe.runIf(root)('a disk without room', () => {
  let disk: string
  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), 'disk-'))
    run('mount', '-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk)
  })
  afterAll(() => {
    run('umount', '--lazy', disk)
    rmSync(disk, { recursive: true, force: true })
  })

  async function start() {
    const options = ['--port', '0', '--aws-port', '0', '--quiet', '--data', join(disk, 'data')]
    const args = ['--disable-warning=ExperimentalWarning', 'start/start.ts', ...options]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()))
    const ended = once(child, 'close').then(([code]) => code as number | null)
    while (!said.includes('Ctrl-C') && child.exitCode === null) await pause(20)
    const outputs = readFileSync(join(disk, 'data', 'outputs.json'), 'utf8')
    const { OrderSystem } = JSON.parse(outputs) as { OrderSystem: { GraphqlUrl: string; ApiKey: string } }
    const client = createOrdersClient({ endpoint: OrderSystem.GraphqlUrl, apiKey: OrderSystem.ApiKey })
    return { child, client, ended, said: () => said }
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
    second.child.kill('SIGINT')
    await second.ended
  })
})
