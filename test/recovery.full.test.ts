import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  orderThatWasNotStarted,
  retryOrder,
  rowOf,
  until,
  untilAlarm,
  untilStatus,
} from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

/** Seconds; alarms and schedules count in minutes. */
const patience = 300
const timeout = 2 * patience * 1000

describe('recovery by the clock', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop({
      NewWithoutExecution: '5',
      NoticeRetryAge: '5',
      MaxReceiveCount: '2',
      PaymentTaskTimeout: '120',
    })
  })
  afterAll(() => shop.stop())

  const way = async (id: string): Promise<string> =>
    (await shop.end(id)).map(({ status }) => status).join(' ')

  it(
    'starts a saga and sends a notice that were left out, by itself',
    async () => {
      shop.cloud.sns.faults.failPublish(20)
      const id = await orderThatWasNotStarted(shop)
      const { id: untold } = await shop.order()
      await way(untold)
      shop.cloud.sns.faults.failPublish(0)
      expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
      await until(async () => (await rowOf(shop, untold)).notifiedAt, 120)
      await shop.assertInvariants()
    },
    timeout,
  )

  it(
    'rings while a payment message lies in the dead-letter queue, which an operator redrives once that can work',
    async () => {
      const table = shop.outputs.SimulatedProviderTable ?? ''
      shop.cloud.faults.inject({ action: 'UpdateItem', table, error: 'InternalServerError' })
      const { id } = await shop.order()
      await untilAlarm(shop, 'DeadLetters', 'ALARM', patience)
      shop.cloud.faults.clear()
      const names = { QueueUrl: shop.outputs.DeadLetterQueueUrl, AttributeNames: ['QueueArn' as const] }
      const { Attributes } = await shop.sqs.send(new GetQueueAttributesCommand(names))
      await shop.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.QueueArn }))
      expect(await way(id)).toBe('NEW PAID RESERVED COMPLETED')
      await untilAlarm(shop, 'DeadLetters', 'OK', patience)
      await shop.assertInvariants()
    },
    timeout,
  )

  it(
    'rings while a message lies there that is none, until the queue is emptied',
    async () => {
      await shop.sqs.send(
        new SendMessageCommand({ QueueUrl: shop.outputs.OrderQueueUrl, MessageBody: 'nonsense' }),
      )
      await untilAlarm(shop, 'DeadLetters', 'ALARM', patience)
      await shop.sqs.send(new PurgeQueueCommand({ QueueUrl: shop.outputs.DeadLetterQueueUrl }))
      await untilAlarm(shop, 'DeadLetters', 'OK', patience)
      await shop.assertInvariants()
    },
    timeout,
  )

  it(
    'rings for as long as an order waits for a person, and not longer',
    async () => {
      const table = shop.outputs.PaymentsTable ?? ''
      shop.cloud.faults.inject({ action: 'UpdateItem', table, error: 'InternalServerError' })
      const { id } = await shop.order({ items: [{ sku: 'NOT-SOLD-HERE', qty: 1 }] })
      await untilStatus(shop, id, 'NEEDS_ATTENTION')
      await untilAlarm(shop, 'OrdersNeedAttention', 'ALARM')
      await new Promise((resolve) => setTimeout(resolve, 200_000))
      await untilAlarm(shop, 'OrdersNeedAttention', 'ALARM', 1)
      shop.cloud.faults.clear()
      await retryOrder(shop, id)
      expect(await way(id)).toBe('NEW PAID COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
      await untilAlarm(shop, 'OrdersNeedAttention', 'OK', patience)
      await shop.assertInvariants()
    },
    timeout,
  )
})
