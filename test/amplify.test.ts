import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { generateClient } from 'aws-amplify/api'
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { operations, type CreateOrderInput, type Order, type OrderStatus } from '../client/sdk/index.ts'
import { openShop, type Shop } from './harness/shop.ts'

interface Line {
  readonly ready?: boolean
  readonly next?: { onOrderStatusChanged: { status: OrderStatus } }
  readonly result?: { createOrder: { id: string } }
  readonly rejected?: unknown
}

describe('an unmodified aws-amplify', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterAll(async () => {
    await shop.assertInvariants()
    await shop.stop()
  })

  it('has an order made and hears of every status, over TLS', async () => {
    const script = join(import.meta.dirname, '../local/appsync/testing/amplifyClient.ts')
    const endpoint = (shop.outputs.GraphqlUrl ?? '').replace('127.0.0.1', 'localhost')
    const input = '{ customerEmail: "ada@example.com", items: [{ sku: "SKU123", qty: 1 }], totalAmount: 1 }'
    const wanted = {
      endpoint,
      apiKey: shop.outputs.ApiKey,
      subscription: 'subscription { onOrderStatusChanged { status } }',
      operation: `mutation { createOrder(input: ${input}) { id } }`,
    }
    const child = spawn(process.execPath, [script, JSON.stringify(wanted)], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(shop.data, 'tls/certificate.pem') },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const subscribed = new Promise<void>((resolve) => {
      const stop = shop.cloud.watch(({ what }) => {
        if (what !== 'subscribe') return
        stop()
        resolve()
      })
    })
    void subscribed.then(() => child.stdin.write('go\n'))
    const statuses: OrderStatus[] = []
    for await (const text of createInterface(child.stdout)) {
      const { next, result, rejected } = JSON.parse(text) as Line
      if (result !== undefined) shop.adopt(result.createOrder.id)
      expect(rejected).toBeUndefined()
      if (next !== undefined) statuses.push(next.onOrderStatusChanged.status)
      if (statuses.at(-1) === 'COMPLETED') break
    }
    child.kill()
    expect(statuses).toEqual(['NEW', 'PAID', 'RESERVED', 'COMPLETED'])
  })

  it('infers variables and results from the operations of the SDK', () => {
    const client = generateClient()
    const calls = {
      read: () => client.graphql({ query: operations.getOrder, variables: { id: 'x' } }),
      make: (input: CreateOrderInput) =>
        client.graphql({ query: operations.createOrder, variables: { input } }),
    }
    expectTypeOf(calls.read).returns.resolves.toHaveProperty('data').toEqualTypeOf<{ order: Order | null }>()
    expectTypeOf(calls.make).returns.resolves.toHaveProperty('data').toExtend<{ createOrder: Order }>()
    expect(operations.getOrder).toContain('query GetOrder($id: ID!)')
  })
})
