import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { openShop, type Shop } from './harness/shop.ts'

interface Frame {
  type: string
  id?: string
  payload?: { data?: { onOrderStatusChanged: { status: string; version: number; orderId: string } } }
}

describe('without the SDK', () => {
  let shop: Shop
  beforeAll(async () => void (shop = await openShop()))
  afterAll(() => shop.stop())

  type Answer = { data: Record<string, { id: string; status: string } | null> }
  /** What `curl -d` sends. */
  const post = async (query: string, variables: object = {}): Promise<Answer> => {
    const { GraphqlUrl = '', ApiKey = '' } = shop.outputs
    const headers = { 'x-api-key': ApiKey, 'content-type': 'application/json' }
    const answer = await fetch(GraphqlUrl, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    })
    return (await answer.json()) as Answer
  }
  const mutation = 'mutation ($input: CreateOrderInput!) { createOrder(input: $input) { id status } }'
  const input = { customerEmail: 'ada@example.com', items: [{ sku: 'SKU123', qty: 1 }], totalAmount: 1 }

  it('a plain WebSocket hears of every status of an order that a plain POST made', async () => {
    const { GraphqlUrl = '', ApiKey = '' } = shop.outputs
    const authorization = { host: new URL(GraphqlUrl).host, 'x-api-key': ApiKey }
    const header = Buffer.from(JSON.stringify(authorization)).toString('base64url')
    const socket = new WebSocket(`${GraphqlUrl.replace('http', 'ws')}/realtime`, [
      'graphql-ws',
      `header-${header}`,
    ])
    const query = 'subscription { onOrderStatusChanged { orderId status version } }'
    const statuses: string[] = []
    let subscribed = (): void => undefined
    const live = new Promise<void>((resolve) => (subscribed = resolve))
    const closed = new Promise<void>((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
      socket.on('message', (text: Buffer) => {
        const frame = JSON.parse(text.toString()) as Frame
        const data = JSON.stringify({ query, variables: {} })
        const start = { type: 'start', id: '1', payload: { data, extensions: { authorization } } }
        if (frame.type === 'connection_ack') socket.send(JSON.stringify(start))
        if (frame.type === 'start_ack') subscribed()
        const event = frame.payload?.data?.onOrderStatusChanged
        if (event) statuses.push(event.status)
        if (event?.status === 'COMPLETED') resolve()
      })
    })
    await live
    const order = (await post(mutation, { input })).data.createOrder
    expect(order?.status).toBe('NEW')
    await closed
    socket.close()
    expect(statuses).toEqual(['NEW', 'PAID', 'RESERVED', 'COMPLETED'])
    expect((await post(`{ order(id: "${order?.id ?? ''}") { id status } }`)).data.order).toEqual({
      id: order?.id,
      status: 'COMPLETED',
    })
  })

  it('the AWS SDK reads the orders, the queue and the history of an execution', async () => {
    const { id } = await shop.order()
    await shop.end(id)
    const { Items = [] } = await shop.dynamodb.send(new ScanCommand({ TableName: shop.outputs.OrdersTable }))
    expect(Items.map((item) => item.id as string)).toContain(id)
    const queue = new GetQueueAttributesCommand({
      QueueUrl: shop.outputs.OrderQueueUrl,
      AttributeNames: ['All'],
    })
    expect((await shop.sqs.send(queue)).Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      VisibilityTimeout: '7',
    })
    const executionArn = `${shop.outputs.StateMachineArn?.replace(':stateMachine:', ':execution:') ?? ''}:${id}`
    const { events = [] } = await shop.states.send(new GetExecutionHistoryCommand({ executionArn }))
    const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [])
    expect(entered).toEqual(['ProcessPayment', 'UpdateInventory', 'SendNotification'])
    await shop.assertInvariants()
  })
})
