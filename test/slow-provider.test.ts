import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invoke } from './harness/functions.ts'
import { orderThatWasNotStarted } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

describe('a provider that answers slowly', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop({ StepFunctionTimeout: '2', StepTaskTimeout: '4' })))
  afterAll(() => shop.stop())

  /** An order whose undo has begun, and whose payment was charged while we never heard of it. */
  async function charged(): Promise<string> {
    const at = new Date().toISOString()
    const way = ['NEW', 'COMPENSATING'] as const
    const timeline = way.map((status) => ({ status, at }))
    const change = { status: 'COMPENSATING', version: 2, timeline, outcome: 'FAILED' } as const
    const orderId = await orderThatWasNotStarted(shop, Date.now(), change)
    const providerId = `sim_${orderId}`
    const money = { amount: 1999, currency: 'USD' }
    const put = (table: string, row: object): Promise<unknown> =>
      shop.dynamodb.send(new PutCommand({ TableName: shop.outputs[table], Item: row }))
    await put('PaymentsTable', { orderId, status: 'PENDING', provider: 'simulated', providerId, ...money })
    await put('SimulatedProviderTable', { id: providerId, state: 'charged', method: 'pm_slow', ...money })
    return orderId
  }

  it('is asked until the money is back, though not all its answers come in the time of one try', async () => {
    const orderId = await charged()
    const table = shop.outputs.SimulatedProviderTable ?? ''
    shop.cloud.faults.inject({ action: 'UpdateItem', table, latencyMs: 1_100 })
    const tries = [1, 2].map(() => () => invoke(shop, 'CompensateRefund', { orderId }))
    const errors: unknown[] = []
    for (const tryIt of tries) errors.push(await tryIt())
    shop.cloud.faults.clear()
    expect(errors).toEqual(['Sandbox.Timedout', undefined])
    expect(await invoke(shop, 'CloseUndone', { orderId })).toBeUndefined()
    expect((await shop.end(orderId)).at(-1)?.status).toBe('FAILED')
    await shop.assertInvariants()
  })
})
