import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { cancelled, declined } from '../../model/failures.ts'
import type { OrderRow } from '../../model/order.ts'
import { fencedStatuses } from '../../model/status.ts'
import { commit, update, type Write } from '../dynamodb.ts'
import { setting } from '../environment.ts'
import { logger } from '../observe.ts'
import { moveOrder, notCancelled, readOrder, type StepInput } from '../orders.ts'
import { chosenProvider } from '../payments/choose.ts'
import { chargeOnce, prepareOnce } from '../payments/charge.ts'
import { movePayment, newPayment, readPayment } from '../payments/ledger.ts'
import { giveBack } from '../payments/refund.ts'
import { Sha256 } from '../sha256.ts'

const stepFunctions = new SFNClient({ sha256: Sha256 })

/** How a payment ended, as the saga hears it: success, or the failure of that name. */
type Answer = 'paid' | typeof declined | typeof cancelled

interface PaymentMessage {
  orderId: string
  taskToken: string
}

/** NEW -> PAID: takes the messages of the order queue side by side; what fails stays in the queue. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    event.Records.map(async ({ messageId, body }) => {
      let message: PaymentMessage | undefined
      try {
        message = messageOf(body)
        const { orderId, taskToken } = message
        const answer = await pay(orderId, () => context.getRemainingTimeInMillis())
        await tellSaga(taskToken, answer)
        logger.info('payment settled', { orderId, answer })
        return []
      } catch (error) {
        const { orderId } = message ?? {}
        logger.error('payment not settled', { messageId, orderId, error: error as Error })
        return [{ itemIdentifier: messageId }]
      }
    }),
  )
  return { batchItemFailures: failed.flat() }
}

/** Reads a message before anything is done for it: without a task to answer, no money may move. */
function messageOf(body: string): PaymentMessage {
  const { orderId, taskToken } = (JSON.parse(body) ?? {}) as Partial<Record<string, unknown>>
  if (typeof orderId === 'string' && typeof taskToken === 'string' && taskToken !== '')
    return { orderId, taskToken }
  throw new Error(
    'The message is not {"orderId", "taskToken"}: nothing but the saga should send to this queue',
  )
}

/** PENDING or CHARGED -> VOIDED or REFUNDED: whatever was begun, no money of the customer stays. Only behind the fence. */
export async function undo({ orderId }: StepInput): Promise<void> {
  const { status } = await readOrder(orderId)
  if (!fencedStatuses.includes(status))
    throw new Error(`The payment of order '${orderId}' is not given back: no undo was begun, it is ${status}`)
  await giveBack(orderId)
  logger.info('payment undone', { orderId })
}

/**
 * Pays an order, or finds out how an earlier attempt ended. The provider's id is stored, PENDING, before any money
 * moves, in one transaction with "the order is NEW and not cancelled": an undo always finds what it must undo.
 */
async function pay(orderId: string, timeLeft: () => number): Promise<Answer> {
  const order = await readOrder(orderId)
  if (order.status === 'NEW' && order.cancelRequestedAt === undefined) {
    const providerId = await prepareOnce(order)
    const { total: amount, currency } = order
    const { name: provider } = chosenProvider()
    const begun = await commit([
      { ConditionCheck: stillNew(order) },
      { Put: newPayment({ orderId, status: 'PENDING', provider, providerId, amount, currency }) },
    ])
    if (begun.length === 0) return settle(order, providerId, false, timeLeft)
  }
  return resume(orderId, timeLeft)
}

/** A payment that some earlier attempt began, or an order that goes forward no more. What is settled stays settled. */
async function resume(orderId: string, timeLeft: () => number): Promise<Answer> {
  const payment = await readPayment(orderId)
  const order = await readOrder(orderId)
  if (payment?.status === 'DECLINED') return declined
  // Read after the payment, the order may have been paid by another delivery since: CHARGED and PAID are one write.
  const begun = payment?.status === 'PENDING' || payment?.status === 'CHARGED'
  if (begun && wasPaid(order)) return 'paid'
  const goesOn = order.status === 'NEW' && order.cancelRequestedAt === undefined
  if (!goesOn || payment?.status !== 'PENDING' || payment.providerId === undefined) return cancelled
  return settle(order, payment.providerId, true, timeLeft)
}

function wasPaid(order: OrderRow): boolean {
  return order.timeline.some(({ status }) => status === 'PAID')
}

/** Charges, or asks how an earlier charge ended, and writes effect and status in one transaction. */
async function settle(
  order: OrderRow,
  providerId: string,
  askFirst: boolean,
  timeLeft: () => number,
): Promise<Answer> {
  const state = await chargeOnce(providerId, askFirst, timeLeft)
  if (state === 'declined') {
    await update(movePayment(order.id, ['PENDING'], 'DECLINED'))
    return declined
  }
  if (state !== 'charged') return cancelled
  const charged = movePayment(order.id, ['PENDING'], 'CHARGED')
  const refused = await commit([
    { Update: moveOrder({ orderId: order.id, from: ['NEW'], to: 'PAID', condition: notCancelled }) },
    { Update: charged },
  ])
  if (refused.length === 0) return 'paid'
  // The order goes forward no more, but the money was taken: the row says so, and the undo gives it back.
  if (!refused.includes(1)) await update(charged)
  const payment = await readPayment(order.id)
  return payment?.status === 'CHARGED' && wasPaid(await readOrder(order.id)) ? 'paid' : cancelled
}

function stillNew({ id }: OrderRow): NonNullable<Write['ConditionCheck']> {
  return {
    TableName: setting('ORDERS_TABLE'),
    Key: { id },
    ConditionExpression: `#status = :new AND ${notCancelled}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':new': 'NEW' },
  }
}

/** Completes the saga's task. A task that is gone is fine: the saga has moved on. */
async function tellSaga(taskToken: string, answer: Answer): Promise<void> {
  try {
    if (answer === 'paid') await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))
    else await stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: answer }))
  } catch (error) {
    const name = (error as Error).name
    if (name !== 'TaskTimedOut' && name !== 'TaskDoesNotExist') throw error
  }
}
