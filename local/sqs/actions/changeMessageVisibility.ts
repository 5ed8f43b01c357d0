import { number, text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { transaction } from '../../aws/store.ts'
import { invalidValue, missing } from '../errors.ts'
import type { Queue } from '../queues.ts'
import { receiptOf } from '../receiptHandle.ts'
import { messagesChanged, onQueue, type Sqs } from '../sqs.ts'
import { batchEntries, eachEntry } from './batch.ts'

/** Seconds from the receive after which no visibility timeout can reach. */
const longest = 43_200

export function changeMessageVisibility(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'ChangeMessageVisibility', input),
    run(input) {
      const queue = sqs.queues.of(input)
      changeOne(sqs, queue, input)
      messagesChanged(sqs, queue)
      return {}
    },
  }
}

export function changeMessageVisibilityBatch(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'ChangeMessageVisibility', input),
    run(input) {
      const queue = sqs.queues.of(input)
      const entries = batchEntries(input)
      const result = transaction(sqs.db, () => eachEntry(entries, (entry) => changeOne(sqs, queue, entry)))
      messagesChanged(sqs, queue)
      return result
    },
  }
}

function changeOne(sqs: Sqs, queue: Queue, input: Input): object {
  const handle = text(input, 'ReceiptHandle')
  if (!handle) throw missing('ReceiptHandle')
  const seconds = number(input, 'VisibilityTimeout')
  if (seconds === undefined) throw missing('VisibilityTimeout')
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > longest)
    throw invalidValue(seconds, 'VisibilityTimeout', 'Must be between 0 and 43200, if provided.')
  const { row, receive } = receiptOf(handle, queue.name)
  const receivedAt = sqs.messages.receivedAt(queue.name, row, receive)
  if (receivedAt === undefined)
    throw invalidValue(
      handle,
      'ReceiptHandle',
      'Message does not exist or is not available for visibility timeout change.',
    )
  const now = sqs.context.clock.now()
  const visibleAt = now + seconds * 1000
  if (visibleAt > receivedAt + longest * 1000)
    throw invalidValue(
      seconds,
      'VisibilityTimeout',
      `Total VisibilityTimeout for the message is beyond the limit [${longest} seconds].`,
    )
  sqs.messages.changeVisibility(row, visibleAt)
  return {}
}
