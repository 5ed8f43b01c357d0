import { rmSync } from 'node:fs'
import { ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { editAssembly } from './harness/edit-assembly.ts'
import { linesWith } from './harness/logs.ts'
import { orderThatWasNotStarted, recover, retryOrder, rowOf, until } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

const way = ['NEW', 'COMPENSATING', 'NEEDS_ATTENTION'] as const

/** An order that waits for a person. */
function waiting(shop: Shop): Promise<string> {
  const made = Date.now() - 3_600_000
  const at = new Date(made).toISOString()
  const timeline = way.map((status) => ({ status, at }))
  const status = 'NEEDS_ATTENTION'
  return orderThatWasNotStarted(shop, made, { status, version: 3, timeline, outcome: 'FAILED' })
}

const begun = { data: { retryOrder: { status: 'COMPENSATING', version: 4 } } }

async function undosOf({ states, outputs }: Shop, id: string, statusFilter?: 'SUCCEEDED'): Promise<string[]> {
  const list = new ListExecutionsCommand({ stateMachineArn: outputs.UndoMachineArn, statusFilter })
  const { executions = [] } = await states.send(list)
  return executions.flatMap(({ name = '' }) => (name.startsWith(id) ? [name] : []))
}

describe('an undo that is to be tried again', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterEach(() => shop.assertInvariants())
  afterAll(() => shop.stop())

  it('is begun once, however many ask for it at the same moment', async () => {
    const id = await waiting(shop)
    const table = shop.outputs.PaymentsTable ?? ''
    shop.cloud.faults.inject({ action: 'GetItem', table, latencyMs: 500, times: 1 })
    const answers = await Promise.all([1, 2, 3].map(() => retryOrder(shop, id)))
    expect(answers).toEqual([begun, begun, begun])
    await shop.end(id)
    expect(await undosOf(shop, id)).toEqual([`${id}-4`])
    expect(await rowOf(shop, id)).toMatchObject({ status: 'FAILED', version: 5 })
    expect(await linesWith(shop, '/aws/appsync', id)).toEqual([])
  })

  it('is not told of in the log when it was started before, and is called for again when that was in vain', async () => {
    const [id, other] = [await waiting(shop), await waiting(shop)]
    await retryOrder(shop, other)
    await shop.end(other)
    const stateMachineArn = shop.outputs.UndoMachineArn
    const input = JSON.stringify({ orderId: other, step: 'test', error: 'Test' })
    await shop.states.send(new StartExecutionCommand({ stateMachineArn, name: `${id}-4`, input }))
    expect(await retryOrder(shop, id)).toEqual(begun)
    expect(await linesWith(shop, '/aws/appsync', id)).toEqual([])
    await until(async () => (await undosOf(shop, id, 'SUCCEEDED')).length === 1)
    await recover(shop)
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEEDS_ATTENTION', version: 5 })
    await retryOrder(shop, id)
    await shop.end(id)
  })
})

describe('an undo that cannot be started', () => {
  let shop: Shop
  const assembly = editAssembly(inject('assembly'), ({ Resources: resources }) => {
    for (const [id, { Type: type, Properties: properties }] of Object.entries(resources)) {
      if (type === 'AWS::Events::Rule') Object.assign(properties, { State: 'DISABLED' })
      if (!id.startsWith('ApiSagaRole')) continue
      const text = JSON.stringify(properties).replaceAll('states:StartExecution', 'states:DescribeExecution')
      Object.assign(properties, JSON.parse(text))
    }
  })
  beforeAll(async () => void (shop = await openShop({ NewWithoutExecution: '1' }, assembly)))
  afterAll(async () => {
    await shop.stop()
    rmSync(assembly, { recursive: true, force: true })
  })

  it('is no failure of the caller, stands in the log, and is started by recover-orders', async () => {
    const id = await waiting(shop)
    expect(await retryOrder(shop, id)).toEqual(begun)
    expect(await retryOrder(shop, id)).toEqual(begun)
    expect(await undosOf(shop, id)).toEqual([])
    expect(await linesWith(shop, '/aws/appsync', id)).toEqual([expect.stringContaining('undo not started')]) // by the first alone
    await recover(shop)
    expect((await shop.end(id)).map(({ status }) => status)).toEqual([...way, 'COMPENSATING', 'FAILED'])
    expect(await undosOf(shop, id)).toEqual([`${id}-4`])
    await shop.assertInvariants()
  })
})
