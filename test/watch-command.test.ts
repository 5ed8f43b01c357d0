import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openWay, type CuttableWay } from './harness/cuttable.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import { openShop, type Shop } from './harness/shop.ts'

const root = dirname(import.meta.dirname)

describe('npm run watch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'))
  const outputs = join(folder, 'outputs.json')
  let shop: Shop
  let way: CuttableWay
  let environment: NodeJS.ProcessEnv = {}
  beforeAll(async () => void (shop = await openShop()))
  beforeEach(async () => {
    environment = {}
    const { GraphqlUrl = '', ApiKey = '' } = shop.outputs
    way = await openWay(Number(new URL(GraphqlUrl).port))
    const OrderSystem = { GraphqlUrl: `http://127.0.0.1:${way.port}/graphql`, ApiKey }
    writeFileSync(outputs, JSON.stringify({ OrderSystem }))
  })
  afterEach(() => way.close())
  afterAll(async () => {
    await shop.assertInvariants()
    await shop.stop()
    rmSync(folder, { recursive: true })
  })

  function start(...args: string[]) {
    const command = spawn(process.execPath, ['client/cli/watch.ts', '--outputs', outputs, ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
    })
    let err = ''
    command.stderr.on('data', (data: Buffer) => void (err += data.toString()))
    const end = Promise.all([once(command, 'close'), text(command.stdout)]).then(([[code], out]) => ({
      code: code as number,
      out,
      err,
    }))
    return { end, told: () => err }
  }

  test.each([{}, { NODE_USE_ENV_PROXY: '1', http_proxy: 'http://127.0.0.1:9', no_proxy: 'intranet' }])(
    'follows the order it is given (%j)',
    async (env) => {
      environment = env
      const { id } = await shop.order()
      const { code, out, err } = await start(id).end
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain(`order ${id}\n`)
      expect(out).toMatch(/1 {2}NEW\n.*2 {2}PAID\n.*3 {2}RESERVED\n.*4 {2}COMPLETED\n/)
    },
  )

  test.each([[[]], [['some-order']]])('says that nothing answers (%j)', async (args) => {
    way.close()
    const { code, out, err } = await start(...args).end
    const message = `No answer from http://127.0.0.1:${way.port}/graphql: is "npm start" running?`
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: `\n  ${message}\n\n` })
  })

  test('says of an order that nobody has only that', async () => {
    const { code, out, err } = await start('nope').end
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: "\n  There is no order 'nope'\n\n" })
  })

  test('refuses a second order', async () => {
    const { code, out, err } = await start('one', 'two').end
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain("One order at a time, not also 'two'.\n")
  })

  test('says once for each outage that it tries again, and goes on when the service is back', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    const { end, told } = start(id)
    const outages = (): number => told().match(/no answer, trying again\n/g)?.length ?? 0
    for (const outage of [1, 2]) {
      await pause(1_500) // it watches
      way.block()
      while (outages() < outage) await pause(50)
      await pause(2_500) // longer than from one look to the next
      expect(outages()).toBe(outage)
      way.mend()
      await pause(2_500) // it sees that the service is back
    }
    await resumePayments(shop)
    const { code, out } = await end
    expect({ code, outages: outages() }).toEqual({ code: 0, outages: 2 })
    expect(out).toMatch(/1 {2}NEW\n.*2 {2}PAID\n.*3 {2}RESERVED\n.*4 {2}COMPLETED\n/)
  })
})
