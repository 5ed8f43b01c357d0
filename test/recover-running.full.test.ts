import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { DescribeExecutionCommand, RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import type { OrderRow } from '../model/order.ts'
import type { OrderStatus } from '../model/status.ts'
import { editAssembly } from './harness/edit-assembly.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import {
  orderThatWasNotStarted,
  recover,
  retryOrder,
  rowOf,
  stopByHand,
  until,
  untilStatus,
} from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

/** Seconds after which what runs stands still. */
const still = 4
const untilStill = (): Promise<void> => pause(still * 1000 + 200)

/** Seconds that a run may take here, and of those, seconds before the end at which it begins nothing more. */
const [timeout, reserve] = [13, 10]

const longAgo = (): number => Date.now() - 3_600_000

describe('recover-orders, run by hand alone, on executions that run', () => {
  let shop: Shop
  const assembly = editAssembly(inject('assembly'), ({ Resources: resources }) => {
    for (const { Type: type, Properties: properties } of Object.values(resources))
      if (type === 'AWS::Events::Rule') Object.assign(properties, { State: 'DISABLED' })
    for (const [id, { Type: type, Properties: properties }] of Object.entries(resources))
      if (type === 'AWS::Lambda::Function' && id.startsWith('RecoverOrders'))
        Object.assign(properties, { Timeout: timeout })
  })
  beforeAll(async () => {
    const figures = { NewWithoutExecution: '1', StandsStill: String(still), UndoStandsStill: String(still) }
    shop = await openShop({ ...figures, StepFunctionTimeout: '20', StepTaskTimeout: '30' }, assembly)
  })
  afterEach(async () => {
    shop.cloud.faults.clear()
    await shop.assertInvariants()
  })
  afterAll(async () => {
    await shop.stop()
    rmSync(assembly, { recursive: true, force: true })
  })

  const way = async (id: string): Promise<string> =>
    (await shop.end(id)).map(({ status }) => status).join(' ')
  const arnOf = (machine: string, name: string): string =>
    `${shop.outputs[machine]?.replace(':stateMachine:', ':execution:') ?? ''}:${name}`
  const sagaArn = (id: string): string => arnOf('StateMachineArn', id)

  /** How an execution stands: its status, and the error it ended with. */
  async function stands(executionArn: string): Promise<string> {
    const { status = '', error } = await shop.states.send(new DescribeExecutionCommand({ executionArn }))
    return error === undefined ? status : `${status} ${error}`
  }

  /** An order that went this way an hour ago and was forgotten since. */
  function forgotten(way: OrderStatus[], change: Partial<OrderRow> = {}): Promise<string> {
    const at = new Date(longAgo()).toISOString()
    const timeline = way.map((status) => ({ status, at }))
    const status = way.at(-1) ?? 'NEW'
    return orderThatWasNotStarted(shop, longAgo(), { status, version: way.length, timeline, ...change })
  }

  /** Holds back giving the money back, so that the undo of an order stands before that. */
  const holdBackRefund = (latencyMs: number): void =>
    void shop.cloud.faults.inject({
      action: 'GetItem',
      table: shop.outputs.PaymentsTable ?? '',
      latencyMs,
      times: 1,
    })
  const heldBack = (): Promise<true> => until(() => Promise.resolve(!shop.cloud.faults.any && true))

  it('ends in time, and goes on in the next run', async () => {
    const ids: string[] = []
    for (let made = 0; made < 8; made += 1) ids.push(await forgotten(['NEW']))
    const table = shop.outputs.OrdersTable ?? ''
    shop.cloud.faults.inject({ action: 'GetItem', table, latencyMs: 1_000 })
    const [began, from] = [Date.now(), shop.activities.length]
    await recover(shop)
    expect(Date.now() - began).toBeLessThan((timeout - reserve + 2) * 1000)
    const lookedAt = shop.activities
      .slice(from)
      .filter(({ what, principal }) => what === 'DescribeExecution' && principal?.kind === 'role')
    expect([2, 3, 4]).toContain(lookedAt.length) // a second each
    shop.cloud.faults.clear()
    await recover(shop)
    for (const id of ids) expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('leaves a saga alone that it has just started, however old the order is', async () => {
    await pausePayments(shop)
    const id = await forgotten(['NEW'])
    await recover(shop)
    expect(await stands(sagaArn(id))).toBe('RUNNING')
    await recover(shop)
    expect(await stands(sagaArn(id))).toBe('RUNNING')
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEW', version: 1 })
    await resumePayments(shop)
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('leaves a saga alone that an operator redrove a moment ago', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    await untilStill()
    await stopByHand(shop, id)
    await shop.states.send(new RedriveExecutionCommand({ executionArn: sagaArn(id) }))
    await recover(shop)
    expect(await stands(sagaArn(id))).toBe('RUNNING')
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEW', version: 1 })
    await resumePayments(shop)
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('leaves a saga alone that took its order a step further a moment ago', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    await pause(2_000)
    const table = shop.outputs.InventoryTable ?? ''
    shop.cloud.faults.inject({ action: 'TransactWriteItems', table, latencyMs: 4_000, times: 1 })
    await resumePayments(shop)
    await untilStatus(shop, id, 'PAID')
    await pause(still * 1000 - 1_800) // since it was made: too long; since it was paid: not
    await recover(shop)
    expect(await stands(sagaArn(id))).toBe('RUNNING')
    expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
  })

  it('stops a saga that stands still before it undoes its order', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    await untilStill()
    await recover(shop)
    expect(await stands(sagaArn(id))).toBe('ABORTED StoodStill')
    expect(await way(id)).toBe('NEW COMPENSATING FAILED')
    await resumePayments(shop)
  })

  it('leaves an undo alone that is at work, and calls a person when it stands still', async () => {
    const id = await forgotten(['NEW', 'COMPENSATING', 'NEEDS_ATTENTION'], { outcome: 'FAILED' })
    holdBackRefund(2 * still * 1000)
    await retryOrder(shop, id)
    await heldBack()
    const undo = arnOf('UndoMachineArn', `${id}-4`)
    await recover(shop)
    expect(await stands(undo)).toBe('RUNNING')
    expect(await rowOf(shop, id)).toMatchObject({ status: 'COMPENSATING', version: 4 })
    await untilStill()
    await recover(shop)
    expect(await stands(undo)).toBe('ABORTED StoodStill')
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEEDS_ATTENTION', version: 5 })
    await retryOrder(shop, id)
    expect(await way(id)).toMatch(/NEEDS_ATTENTION COMPENSATING FAILED$/)
  })

  it('leaves an order alone whose undo runs while its saga, dead by then, was left behind', async () => {
    const id = await forgotten(['NEW', 'COMPENSATING'], { outcome: 'FAILED' })
    holdBackRefund(2_000)
    const input = JSON.stringify({ orderId: id, step: 'test', error: 'Test' })
    const stateMachineArn = shop.outputs.UndoMachineArn
    await shop.states.send(new StartExecutionCommand({ stateMachineArn, name: `${id}-2`, input }))
    await heldBack()
    await recover(shop)
    expect(await rowOf(shop, id)).toMatchObject({ status: 'COMPENSATING', version: 2 })
    expect(await way(id)).toBe('NEW COMPENSATING FAILED')
  })
})

describe('recover-orders that cannot ask Step Functions', () => {
  it('undoes no order, for its saga may be at work', async () => {
    const assembly = editAssembly(inject('assembly'), ({ Resources: resources }) => {
      for (const [id, { Properties: properties }] of Object.entries(resources)) {
        if (!id.startsWith('RecoverOrdersRole')) continue
        const text = JSON.stringify(properties)
        Object.assign(
          properties,
          JSON.parse(text.replaceAll('states:DescribeExecution', 'states:ListExecutions')),
        )
      }
    })
    const shop = await openShop({}, assembly)
    try {
      const id = await orderThatWasNotStarted(shop, longAgo(), { status: 'PAID', version: 2 })
      await expect(recover(shop)).rejects.toThrow(`Not recovered this time: ${id}`)
      expect(await rowOf(shop, id)).toMatchObject({ status: 'PAID', version: 2 })
    } finally {
      await shop.stop()
      rmSync(assembly, { recursive: true, force: true })
    }
  })
})
