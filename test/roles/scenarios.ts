import { setTimeout as pause } from 'node:timers/promises'
import { marshall } from '@aws-sdk/util-dynamodb'
import { ulid } from 'ulid'
import type { OrderStatus } from '../../model/status.ts'
import { graphql, signedGraphql } from '../harness/graphql.ts'
import type { Bench } from './bench.ts'

const usual = { customerEmail: 'ada@example.com', items: [{ sku: 'SKU123', qty: 1 }], totalAmount: 5 }

async function closed({ client }: Bench, id: string): Promise<void> {
  for await (const { status } of client.watchOrder(id)) if (status === 'NEEDS_ATTENTION') return
}

async function order(bench: Bench, change: object = {}): Promise<void> {
  const { id } = await bench.client.createOrder({ ...usual, ...change })
  await closed(bench, id)
}

/** Holds back the next call like this, and asks for a cancel meanwhile. */
async function cancelled(bench: Bench, action: string, table: string): Promise<void> {
  const tableName = bench.outputs[table] ?? ''
  bench.cloud.faults.inject({ action, table: tableName, times: 1, latencyMs: 2_000 })
  const { id } = await bench.client.createOrder(usual)
  while (bench.cloud.faults.any) await pause(10)
  await bench.client.cancelOrder(id)
  await closed(bench, id)
}

/** Puts an order into the table as it would stand there after an hour. */
async function put(bench: Bench, status: OrderStatus | 'LOST', change: object = {}): Promise<string> {
  const id = ulid(Date.now() - 3_600_000)
  const at = new Date(Date.now() - 3_600_000).toISOString()
  const { customerEmail, items } = usual
  const row = {
    id,
    customerEmail,
    items,
    status,
    total: 500,
    currency: 'USD',
    version: 1,
    feed: 'all',
    ...change,
  }
  const Item = marshall({ ...row, timeline: [{ status, at }], createdAt: at, updatedAt: at })
  await bench.call('dynamodb', 'PutItem', { TableName: bench.outputs.OrdersTable, Item })
  return id
}

const recover = async (bench: Bench): Promise<void> => {
  const Payload = Buffer.from('{}')
  await bench.call('lambda', 'Invoke', { FunctionName: bench.outputs.RecoverOrdersFunction, Payload })
}

/** What needs a permission before anything else is done. */
export const deployment = 'the stack is deployed'

/** What is done with the system, the shortest first: together it needs every permission that is granted. */
export const scenarios: Readonly<Record<string, (bench: Bench) => Promise<unknown>>> = {
  [deployment]: () => Promise.resolve(),
  'an order is read': ({ client }) => client.order('x'),
  'orders are listed': ({ client }) => client.orders(),
  'orders of a status are listed': ({ client }) => client.orders({ status: 'NEW' }),
  'orders of a customer are listed': ({ client }) => client.orders({ customerEmail: 'a@b.de' }),
  'stock is read': ({ client }) => client.inventory({ skus: ['SKU123'] }),
  'stock is listed': ({ client }) => client.inventory(),
  'stock is set over another level': (bench) =>
    signedGraphql(bench, 'mutation { setStock(sku: "SKU999", available: 1, expected: 7) { sku } }'),
  'recover-orders finds nothing to do': recover,
  'an order is completed': (bench) => order(bench),
  'an order without a key is completed': async (bench) => {
    const query = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { id } }'
    const { data } = await graphql(bench, query, { input: usual })
    await closed(bench, (data?.createOrder as { id: string }).id)
  },
  'an order is listed': async (bench) => {
    await put(bench, 'FAILED')
    await bench.client.orders()
  },
  'a closed order is cancelled': async (bench) => {
    const id = await put(bench, 'FAILED')
    await bench.client.cancelOrder(id).catch(() => undefined)
  },
  'an order is made twice': async (bench) => {
    const request = { ...usual, idempotencyKey: `made-twice-${ulid()}` }
    const first = await bench.client.createOrder(request)
    await bench.client.createOrder(request)
    await closed(bench, first.id)
  },
  'two orders are made with one key at once': async (bench) => {
    const table = bench.outputs.IdempotencyTable ?? ''
    bench.cloud.faults.inject({ action: 'TransactWriteItems', table, times: 1, error: 'TransactionConflict' })
    await order(bench)
  },
  'a payment is declined': (bench) => order(bench, { paymentMethod: 'pm_declined' }),
  'something is out of stock': (bench) => order(bench, { items: [{ sku: 'NOT-HERE', qty: 1 }] }),
  'the answer of the provider is lost': (bench) => order(bench, { paymentMethod: 'pm_lost_answer' }),
  'an order is cancelled before it is paid': (bench) =>
    cancelled(bench, 'TransactWriteItems', 'PaymentsTable'),
  'an order is cancelled after its stock was taken': (bench) => cancelled(bench, 'UpdateItem', 'OrdersTable'),
  'a change of status cannot be told': async (bench) => {
    const kept = bench.next(
      ({ what, input }) => what === 'SendMessage' && JSON.stringify(input).includes('PushFailures'),
    )
    await put(bench, 'LOST')
    await kept
  },
  'an order was never started': async (bench) => {
    const id = await put(bench, 'NEW')
    await recover(bench)
    await closed(bench, id)
  },
  'an order that stands still is undone': async (bench) => {
    const { id } = await bench.client.createOrder({ ...usual, paymentMethod: 'pm_approved' })
    const table = bench.outputs.InventoryTable ?? ''
    bench.cloud.faults.inject({ action: 'TransactWriteItems', table, times: 1, latencyMs: 8_000 })
    while ((await bench.client.order(id))?.status !== 'PAID') await pause(20)
    await pause(1_300)
    await recover(bench)
    await closed(bench, id)
  },
  'an undo was forgotten': async (bench) => {
    const id = await put(bench, 'COMPENSATING', { outcome: 'FAILED', stockHeld: true })
    await recover(bench)
    await closed(bench, id)
  },
  'an undo finds money that nobody knew of': async (bench) => {
    const orderId = await put(bench, 'COMPENSATING', { outcome: 'FAILED' })
    const pending = { orderId, status: 'PENDING', provider: 'simulated', providerId: `sim_${orderId}` }
    const charged = { id: `sim_${orderId}`, state: 'charged', amount: 500, currency: 'USD', refusals: 0 }
    const { PaymentsTable, SimulatedProviderTable } = bench.outputs
    await bench.call('dynamodb', 'PutItem', { TableName: PaymentsTable, Item: marshall(pending) })
    await bench.call('dynamodb', 'PutItem', { TableName: SimulatedProviderTable, Item: marshall(charged) })
    await recover(bench)
    await closed(bench, orderId)
  },
  'an undo that stands still is stopped': async (bench) => {
    const id = await put(bench, 'NEEDS_ATTENTION', { outcome: 'FAILED' })
    const table = bench.outputs.PaymentsTable ?? ''
    bench.cloud.faults.inject({ action: 'GetItem', table, times: 1, latencyMs: 8_000 })
    await signedGraphql(bench, `mutation { retryOrder(id: "${id}") { id } }`)
    await pause(1_300)
    await recover(bench)
  },
  'a notice is owed': async (bench) => {
    await put(bench, 'FAILED', { owed: 'owed' })
    await recover(bench)
  },
  'an operator has an undo tried again': async (bench) => {
    const id = await put(bench, 'NEEDS_ATTENTION', { outcome: 'FAILED' })
    await signedGraphql(bench, `mutation { retryOrder(id: "${id}") { id } }`)
    await closed(bench, id)
  },
}
