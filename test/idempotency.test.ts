import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Order } from '../client/sdk/index.ts'
import type { IdempotencyRow } from '../model/tables.ts'
import { graphql } from './harness/graphql.ts'
import { openShop, type Shop } from './harness/shop.ts'
import { openBench, type Bench } from './roles/bench.ts'

const request = {
  customerEmail: 'ida@example.com',
  items: [
    { sku: 'PEAR-1', qty: 1 },
    { sku: 'PLUM-1', qty: 2 },
  ],
  totalAmount: 5,
  currency: 'EUR',
  paymentMethod: 'pm_approved',
}

describe('an idempotencyKey', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterAll(() => shop.assertInvariants().finally(() => shop.stop()))

  const make = (idempotencyKey: string, change: object = {}): Promise<Order> =>
    shop.order({ ...request, idempotencyKey, ...change })
  const keyRow = async (key: string): Promise<IdempotencyRow> => {
    const get = new GetCommand({ TableName: shop.outputs.IdempotencyTable, Key: { key } })
    return (await shop.dynamodb.send(get)).Item as IdempotencyRow
  }
  const expire = (key: string): Promise<unknown> =>
    shop.dynamodb.send(
      new UpdateCommand({
        TableName: shop.outputs.IdempotencyTable,
        Key: { key },
        UpdateExpression: 'SET expiresAt = :past',
        ExpressionAttributeValues: { ':past': Math.floor(Date.now() / 1000) - 60 },
      }),
    )

  it('answers with the first order as it is by now, however the same content is written', async () => {
    const key = 'the-same-content-again'
    const { id } = await make(key)
    await shop.end(id)
    const again = await make(key, { customerEmail: 'IDA@Example.com' })
    expect(again).toMatchObject({ id, status: 'COMPLETED', version: 4 })
  })

  it.each<[string, object]>([
    ['another customer', { customerEmail: 'eve@example.com' }],
    ['another amount', { totalAmount: 5.01 }],
    ['another currency', { currency: 'USD' }],
    ['no currency', { currency: null }],
    ['another payment method', { paymentMethod: 'pm_declined' }],
    ['no payment method', { paymentMethod: null }],
    ['another sku', { items: [{ sku: 'FIG-1', qty: 1 }, request.items[1]] }],
    ['another qty', { items: [request.items[0], { sku: 'PLUM-1', qty: 3 }] }],
    ['a line less', { items: [request.items[0]] }],
  ])('is refused with %s', async (_, change) => {
    const key = 'with-other-content'
    const { id } = await make(key)
    await expect(make(key, change)).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      info: { orderId: id, retryable: false },
    })
  })

  it('is valid for thirty days, and free after that', async () => {
    const key = 'a-key-that-expires'
    const first = await make(key)
    const days = ((await keyRow(key)).expiresAt - Date.now() / 1000) / (24 * 3600)
    expect(days).toBeCloseTo(30, 1)
    await expire(key)
    const second = await make(key, { totalAmount: 7 })
    expect(second.id).not.toBe(first.id)
    expect(await keyRow(key)).toMatchObject({ orderId: second.id })
    expect((await make(key, { totalAmount: 7 })).id).toBe(second.id)
  })

  it('goes to one of many requests at once, of which each gets its order or may be repeated', async () => {
    const query = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { id } }'
    const input = { ...request, idempotencyKey: 'twelve-at-the-same-moment' }
    const answers = await Promise.all(Array.from({ length: 12 }, () => graphql(shop, query, { input })))
    const ids = answers.flatMap(({ data }) => (data?.createOrder as { id: string } | null)?.id ?? [])
    expect(new Set(ids).size).toBe(1)
    for (const { errors: [problem] = [] } of answers)
      if (problem) expect(problem).toMatchObject({ errorInfo: { retryable: true } })
    shop.adopt(ids[0] ?? '')
    expect((await make(input.idempotencyKey)).id).toBe(ids[0])
  })
})

describe('an order whose saga cannot be started', () => {
  /** All that AppSync logged. */
  const logged = async (bench: Bench): Promise<string> => {
    const { logGroups } = (await bench.call('logs', 'DescribeLogGroups', {
      logGroupNamePrefix: '/aws/appsync',
    })) as {
      logGroups: { logGroupName: string }[]
    }
    const logs = logGroups.map(({ logGroupName }) => bench.call('logs', 'FilterLogEvents', { logGroupName }))
    return JSON.stringify(await Promise.all(logs))
  }

  it('is answered as it was made, again and again with its key, and started by recover-orders', async () => {
    const bench = await openBench(inject('assembly'), ({ Resources: resources }) => {
      for (const [id, { Properties: properties }] of Object.entries(resources)) {
        if (!/^ApiSagaRole/.test(id)) continue
        const text = JSON.stringify(properties).replaceAll(
          'states:StartExecution',
          'states:DescribeExecution',
        )
        Object.assign(properties, JSON.parse(text))
      }
    })
    try {
      const input = { ...request, idempotencyKey: 'its-saga-cannot-start' }
      const order = await bench.client.createOrder(input)
      expect(order).toMatchObject({ status: 'NEW', version: 1 })
      expect(bench.activities.some(({ error }) => error === 'AccessDeniedException')).toBe(true)
      expect(await bench.client.createOrder(input)).toEqual(order)
      expect(await logged(bench)).toContain('saga not started')
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const recover = { FunctionName: bench.outputs.RecoverOrdersFunction, Payload: Buffer.from('{}') }
      await bench.call('lambda', 'Invoke', recover)
      const seen: string[] = []
      for await (const { status } of bench.client.watchOrder(order.id)) seen.push(status)
      expect(seen).toEqual(['NEW', 'PAID', 'RESERVED', 'COMPLETED'])
      expect((await bench.client.createOrder(input)).id).toBe(order.id)
    } finally {
      await bench.stop()
    }
  })
})
