import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linesWith } from './harness/logs.ts'
import { pausePayments, paymentOf, resumePayments } from './harness/payments.ts'
import { orderThatWasNotStarted, recover, rowOf, until } from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

describe('a message on the payment queue', () => {
  let shop: Shop
  /** An order that is NEW and that nothing works on. */
  let id: string
  beforeAll(async () => {
    shop = await openShop({
      MaxReceiveCount: '2',
      PaymentFunctionTimeout: '1',
      QueueVisibilityTimeout: '1',
      NewWithoutExecution: '1',
    })
    id = await orderThatWasNotStarted(shop)
  })
  afterAll(async () => {
    await recover(shop)
    expect((await shop.end(id)).map(({ status }) => status)).toEqual(['NEW', 'PAID', 'RESERVED', 'COMPLETED'])
    await shop.assertInvariants().finally(() => shop.stop())
  })

  const send = (MessageBody: string): Promise<unknown> =>
    shop.sqs.send(new SendMessageCommand({ QueueUrl: shop.outputs.OrderQueueUrl, MessageBody }))

  /** Takes the next message out of a queue. */
  const take = (queue: string): Promise<string> =>
    until(async () => {
      const QueueUrl = shop.outputs[queue]
      const { Messages = [] } = await shop.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
      )
      const [message] = Messages
      if (message === undefined) return undefined
      await shop.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
      return message.Body
    })

  /** Every row of an order, a payment, stock or the provider. */
  const everything = (): Promise<unknown[]> =>
    Promise.all(
      ['OrdersTable', 'PaymentsTable', 'InventoryTable', 'SimulatedProviderTable'].map(async (table) => {
        const scan = new ScanCommand({ TableName: shop.outputs[table], ConsistentRead: true })
        return (await shop.dynamodb.send(scan)).Items
      }),
    )

  it('that the saga would never send ends in the dead-letter queue and touches no order', async () => {
    const taskToken = 'nobody-waits-for-this'
    const bodies = [
      '{',
      '"x"',
      'null',
      ...[
        {},
        { orderId: id },
        { orderId: id, taskToken: 7 },
        { orderId: id, taskToken: '' },
        { taskToken },
        { orderId: { S: id }, taskToken },
        { orderId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', taskToken },
        { orderId: 'x'.repeat(4_000), taskToken },
      ].map((message) => JSON.stringify(message)),
    ]
    const before = await everything()
    for (const body of bodies) await send(body)
    const dead: string[] = []
    while (dead.length < bodies.length) dead.push(await take('DeadLetterQueueUrl'))
    expect(dead.toSorted()).toEqual(bodies.toSorted())
    expect(await everything()).toEqual(before)
  })

  it('that is malformed holds up none beside it', async () => {
    await pausePayments(shop)
    await send('{')
    const { id: good } = await shop.order()
    await send('{}')
    await resumePayments(shop)
    expect((await shop.end(good)).at(-1)?.status).toBe('COMPLETED')
    const dead = [await take('DeadLetterQueueUrl'), await take('DeadLetterQueueUrl')]
    expect(dead.toSorted()).toEqual(['{', '{}'])
  })

  it('of a closed order, for a task that nobody has, ends there too and changes nothing', async () => {
    const closed = await shop.order()
    await shop.end(closed.id)
    await until(async () => (await rowOf(shop, closed.id)).notifiedAt)
    const before = await everything()
    const message = JSON.stringify({ orderId: closed.id, taskToken: 'nobody-waits-for-this' })
    await send(message)
    expect(await take('DeadLetterQueueUrl')).toBe(message)
    expect(await everything()).toEqual(before)
    const lines = await linesWith(shop, 'OrderSystem-ProcessPaymentLogs', 'payment not settled')
    expect(lines.filter((line) => line.includes(`"orderId":"${closed.id}"`))).toHaveLength(2) // each time it came
  })

  it('is done with when the payment was declined, or the order cancelled: that is nothing to try again', async () => {
    const waiting = async (queue: string): Promise<number> => {
      const QueueUrl = shop.outputs[queue]
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
      const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] })
      const { Attributes = {} } = await shop.sqs.send(get)
      return names.reduce((sum, name) => sum + Number(Attributes[name]), 0)
    }
    await pausePayments(shop)
    const declined = await shop.order({ paymentMethod: 'pm_declined' })
    const cancelled = await shop.order()
    await shop.client.cancelOrder(cancelled.id)
    await resumePayments(shop)
    expect((await shop.end(declined.id)).at(-1)?.status).toBe('FAILED')
    expect((await shop.end(cancelled.id)).at(-1)?.status).toBe('CANCELLED')
    await until(async () => (await waiting('OrderQueueUrl')) === 0)
    expect(await waiting('DeadLetterQueueUrl')).toBe(0)
  })

  it('of one order for the task of another lets neither through unpaid', async () => {
    await pausePayments(shop)
    const other = await shop.order()
    const { taskToken } = JSON.parse(await take('OrderQueueUrl')) as { taskToken: string }
    const paid = await shop.order()
    await send(JSON.stringify({ orderId: paid.id, taskToken }))
    await resumePayments(shop)
    expect((await shop.end(paid.id)).at(-1)?.status).toBe('COMPLETED')
    expect((await shop.end(other.id)).map(({ status }) => status)).toEqual(['NEW', 'COMPENSATING', 'FAILED'])
    expect(await paymentOf(shop, other.id)).toMatchObject({ status: 'VOIDED' })
  })
})
