import { setTimeout as pause } from 'node:timers/promises'
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { graphql } from './harness/graphql.ts'
import { pausePayments, resumePayments } from './harness/payments.ts'
import {
  orderThatWasNotStarted,
  recover,
  retryOrder,
  rowOf,
  stopByHand,
  until,
  untilAlarm,
  untilStatus,
} from './harness/recovery.ts'
import { openShop, type Shop } from './harness/shop.ts'

describe('an order that nothing works on', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop({
      NewWithoutExecution: '1',
      StandsStill: '3',
      UndoStandsStill: '2',
      NoticeRetryAge: '1',
      NoticeAlarmAge: '1',
      UndoRetries: '2',
      UndoRetryCap: '1',
    })
  })
  afterEach(async () => {
    shop.cloud.faults.clear()
    shop.cloud.sns.faults.failPublish(0)
    await shop.assertInvariants()
  })
  afterAll(() => shop.stop())

  const way = async (id: string): Promise<string> =>
    (await shop.end(id)).map(({ status }) => status).join(' ')
  const endings = { completed: 'NEW PAID RESERVED COMPLETED', undoneUnpaid: 'NEW COMPENSATING FAILED' }

  /** What the SDK sends before an undo step fails once. */
  const firstAttempt = 4

  /** Makes an order that is charged and then found out of stock; giving back fails until the faults are over. */
  async function orderThatCannotBeUndone(times = Infinity): Promise<string> {
    const table = shop.outputs.PaymentsTable ?? ''
    shop.cloud.faults.inject({ action: 'UpdateItem', table, error: 'InternalServerError', times })
    const { id } = await shop.order({ items: [{ sku: 'NOT-SOLD-HERE', qty: 1 }] })
    await untilStatus(shop, id, 'COMPENSATING')
    return id
  }

  const arnOf = (id: string): string =>
    `${shop.outputs.StateMachineArn?.replace(':stateMachine:', ':execution:') ?? ''}:${id}`
  const sagaStatus = async (id: string): Promise<string | undefined> =>
    (await shop.states.send(new DescribeExecutionCommand({ executionArn: arnOf(id) }))).status

  const undosOf = async (id: string): Promise<string[]> => {
    const list = new ListExecutionsCommand({ stateMachineArn: shop.outputs.UndoMachineArn })
    const { executions = [] } = await shop.states.send(list)
    return executions.flatMap(({ name = '' }) => (name.startsWith(id) ? [name] : []))
  }

  const queueIsEmpty = (): Promise<true> =>
    until(async () => {
      const names = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const]
      const get = new GetQueueAttributesCommand({
        QueueUrl: shop.outputs.OrderQueueUrl,
        AttributeNames: names,
      })
      const { Attributes = {} } = await shop.sqs.send(get)
      return names.every((name) => Attributes[name] === '0') && true
    })

  it('is started when its saga was not, once it is old enough to be sure', async () => {
    const id = await orderThatWasNotStarted(shop, Date.now() + 2_000) // a first run may take its time
    await recover(shop)
    await expect(sagaStatus(id)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' })
    await pause(3_000)
    await Promise.all([recover(shop), recover(shop)])
    expect(await way(id)).toBe(endings.completed)
  })

  it('is undone at once when its execution was stopped by hand, and its late message charges nothing', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    await stopByHand(shop, id)
    expect(await way(id)).toBe(endings.undoneUnpaid)
    await resumePayments(shop)
    await queueIsEmpty()
  })

  it('is stopped and undone when it stands still', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    await pause(3_000)
    await recover(shop)
    expect(await way(id)).toBe(endings.undoneUnpaid)
    await resumePayments(shop)
    await queueIsEmpty()
  })

  it('is left alone while its execution is at work', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    await pause(1_100)
    await recover(shop)
    expect(await sagaStatus(id)).toBe('RUNNING')
    await resumePayments(shop)
    expect(await way(id)).toBe(endings.completed)
  })

  it('ends by itself when its undo failed for a while', async () => {
    const id = await orderThatCannotBeUndone(firstAttempt)
    expect(await way(id)).toBe('NEW PAID COMPENSATING FAILED')
  })

  it('is undone when its execution ended well without it', async () => {
    const { id: other } = await shop.order()
    await shop.end(other)
    const id = await orderThatWasNotStarted(shop)
    const input = JSON.stringify({ orderId: other })
    const stateMachineArn = shop.outputs.StateMachineArn
    await shop.states.send(new StartExecutionCommand({ stateMachineArn, name: id, input }))
    await pause(1_000)
    await until(async () => (await sagaStatus(id)) === 'SUCCEEDED')
    await recover(shop)
    expect(await way(id)).toBe(endings.undoneUnpaid)
  })

  it('is undone further by order-undo when its saga was stopped in the middle of that', async () => {
    const id = await orderThatCannotBeUndone()
    await stopByHand(shop, id)
    shop.cloud.faults.clear()
    expect(await way(id)).toBe('NEW PAID COMPENSATING FAILED')
  })

  it('is undone by order-undo when its saga stands still behind the fence', async () => {
    const table = shop.outputs.PaymentsTable ?? ''
    shop.cloud.faults.inject({ action: 'UpdateItem', table, latencyMs: 4_000, times: 1 })
    const { id } = await shop.order({ items: [{ sku: 'NOT-SOLD-HERE', qty: 1 }] })
    await untilStatus(shop, id, 'COMPENSATING')
    await recover(shop)
    await pause(2_000)
    expect(await sagaStatus(id)).toBe('RUNNING')
    await recover(shop)
    expect(await sagaStatus(id)).toBe('ABORTED')
    expect(await way(id)).toBe('NEW PAID COMPENSATING FAILED')
  })

  it('is given to a person when its undo fails for good, who has it tried again', async () => {
    const id = await orderThatCannotBeUndone()
    expect(await retryOrder(shop, id)).toEqual({
      data: { retryOrder: { status: 'COMPENSATING', version: 3 } },
    })
    await untilStatus(shop, id, 'NEEDS_ATTENTION')
    await untilAlarm(shop, 'OrdersNeedAttention', 'ALARM')
    await recover(shop)
    expect(await rowOf(shop, id)).toMatchObject({ status: 'NEEDS_ATTENTION', version: 4 })
    shop.cloud.faults.clear()
    expect(await retryOrder(shop, id)).toEqual({
      data: { retryOrder: { status: 'COMPENSATING', version: 5 } },
    })
    expect(await way(id)).toBe('NEW PAID COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
    expect(await undosOf(id)).toEqual([`${id}-5`])
  })

  it('is given to a person when order-undo was stopped, too', async () => {
    const id = await orderThatCannotBeUndone()
    expect(await stopByHand(shop, id)).toBe(id)
    expect(await stopByHand(shop, id)).toBe(`${id}-3`)
    await untilStatus(shop, id, 'NEEDS_ATTENTION')
    await untilAlarm(shop, 'OrdersNeedAttention', 'ALARM')
    shop.cloud.faults.clear()
    await retryOrder(shop, id)
    expect(await way(id)).toBe('NEW PAID COMPENSATING NEEDS_ATTENTION COMPENSATING FAILED')
  })

  it('can be retried by an operator only, and only when it waits for one', async () => {
    const { id } = await shop.order()
    await shop.end(id)
    const refused = await retryOrder(shop, id)
    expect(refused.errors).toMatchObject([
      { errorType: 'OrderNotRetryable', errorInfo: { status: 'COMPLETED', retryable: false } },
    ])
    expect((await retryOrder(shop, 'nobody')).errors).toMatchObject([{ errorType: 'OrderNotFound' }])
    const byKey = await graphql(shop, 'mutation ($id: ID!) { retryOrder(id: $id) { id } }', { id })
    expect(byKey.errors).toMatchObject([{ errorType: 'Unauthorized' }])
  })

  it('is told of later when nobody could be told of its end', async () => {
    shop.cloud.sns.faults.failPublish(1_000)
    const { id } = await shop.order()
    expect(await way(id)).toBe(endings.completed)
    await pause(1_000)
    await recover(shop)
    await untilAlarm(shop, 'NoticesOwed', 'ALARM')
    expect(await rowOf(shop, id)).toHaveProperty('owed')
    shop.cloud.sns.faults.failPublish(0)
    await recover(shop)
    const row = await rowOf(shop, id)
    expect(row).not.toHaveProperty('owed')
    expect(row).toHaveProperty('notifiedAt')
  })

  it('is charged once however often its payment message comes', async () => {
    await pausePayments(shop)
    const { id } = await shop.order()
    const QueueUrl = shop.outputs.OrderQueueUrl
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, VisibilityTimeout: 1 })
    const { Messages = [] } = await shop.sqs.send(receive)
    const MessageBody = Messages[0]?.Body
    for (let times = 0; times < 3; times += 1)
      await shop.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    await resumePayments(shop)
    expect(await way(id)).toBe(endings.completed)
    await queueIsEmpty()
  })
})
