import { text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { transaction } from '../../aws/store.ts'
import { missing } from '../errors.ts'
import type { Queue } from '../queues.ts'
import { receiptOf } from '../receiptHandle.ts'
import { onQueue, type Sqs } from '../sqs.ts'
import { batchEntries, eachEntry } from './batch.ts'

/** Succeeds without deleting when the message was received again since: only the latest handle counts. */
export function deleteMessage(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'DeleteMessage', input),
    run(input) {
      const queue = sqs.queues.of(input)
      deleteOne(sqs, queue, input)
      deleted(sqs, queue, 1)
      return {}
    },
  }
}

export function deleteMessageBatch(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'DeleteMessage', input),
    run(input) {
      const queue = sqs.queues.of(input)
      const entries = batchEntries(input)
      const result = transaction(sqs.db, () => eachEntry(entries, (entry) => deleteOne(sqs, queue, entry)))
      deleted(sqs, queue, result.Successful.length)
      return result
    },
  }
}

function deleteOne(sqs: Sqs, queue: Queue, input: Input): object {
  const handle = text(input, 'ReceiptHandle')
  if (!handle) throw missing('ReceiptHandle')
  const { row, receive } = receiptOf(handle, queue.name)
  sqs.messages.remove(queue.name, row, receive)
  return {}
}

/** AWS counts every delete that succeeds, also of a message that is gone already. */
function deleted(sqs: Sqs, queue: Queue, times: number): void {
  sqs.meter.count(queue, 'NumberOfMessagesDeleted', times)
  sqs.meter.changed(queue)
}
