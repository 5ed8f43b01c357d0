import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { transaction } from '../../aws/store.ts'
import { invalidParameter } from '../errors.ts'
import { newMessage } from '../message.ts'
import { messagesChanged, onQueue, type Sqs } from '../sqs.ts'
import { batchEntries, eachEntry } from './batch.ts'
import { addMessage } from './sendMessage.ts'

const mostBytes = 1_048_576

export function sendMessageBatch(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'SendMessage', input),
    run(input, { principal }) {
      const queue = sqs.queues.of(input)
      const entries = batchEntries(input)
      checkTotal(entries)
      const most = Number(queue.attributes.MaximumMessageSize)
      const result = transaction(sqs.db, () =>
        eachEntry(entries, (entry) => {
          const message = newMessage(entry)
          if (message.size > most)
            throw invalidParameter(
              `One or more parameters cannot be validated. Reason: Message must be shorter than ${most} bytes.`,
            )
          return addMessage(sqs, queue, message, principal)
        }),
      )
      sqs.meter.count(queue, 'NumberOfMessagesSent', result.Successful.length)
      messagesChanged(sqs, queue)
      return result
    },
  }
}

function checkTotal(entries: Input[]): void {
  const total = entries.reduce((sum, entry) => sum + entrySize(entry), 0)
  if (total > mostBytes)
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${mostBytes} bytes. You have sent ${total} bytes.`,
    )
}

/** A bad entry has its own failure, so here it only counts by its body. */
function entrySize(entry: Input): number {
  try {
    return newMessage(entry).size
  } catch {
    return Buffer.byteLength(text(entry, 'MessageBody') ?? '')
  }
}
