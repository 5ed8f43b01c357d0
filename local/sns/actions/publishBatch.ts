import { AwsError } from '../../aws/error.ts'
import { records, text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { transaction } from '../../aws/store.ts'
import { mostBytes, notificationOf, sizeOf, type Notification } from '../message.ts'
import { existingTopic, onTopic, type Sns } from '../sns.ts'
import { enqueue, published } from './publish.ts'

const mostEntries = 10

export function publishBatch(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'Publish', input),
    run(input) {
      sns.faults.check()
      const topic = existingTopic(sns, text(input, 'TopicArn'))
      const entries = records(input.PublishBatchRequestEntries)
      checkEntries(entries)
      const notifications: Notification[] = []
      const deliveries: number[] = []
      const successful: object[] = []
      const failed: object[] = []
      transaction(sns.db, () => {
        for (const entry of entries) {
          try {
            const notification = notificationOf(entry)
            const queued = enqueue(sns, topic, notification)
            notifications.push(notification)
            deliveries.push(...queued.deliveries)
            successful.push({ Id: entry.Id, MessageId: queued.messageId })
          } catch (error) {
            if (!(error instanceof AwsError)) throw error
            failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true })
          }
        }
      })
      published(sns, topic, notifications, deliveries)
      return { Successful: successful, Failed: failed }
    },
  }
}

function checkEntries(entries: Input[]): void {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.")
  if (entries.length > mostEntries)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    )
  const ids = entries.map((entry) => text(entry, 'Id') ?? '')
  for (const id of ids) {
    if (id.length > 80)
      throw new AwsError(
        'InvalidBatchEntryId',
        `The Id of a batch entry in the batch request is too long: ${id}`,
      )
    if (!/^[\w-]+$/.test(id))
      throw new AwsError(
        'InvalidBatchEntryId',
        `The Id of a batch entry in the batch request contains an impermissible character: ${id}`,
      )
  }
  if (new Set(ids).size < ids.length)
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    )
  if (entries.reduce((sum, entry) => sum + sizeIfValid(entry), 0) > mostBytes)
    throw new AwsError(
      'BatchRequestTooLong',
      'The length of all the messages put together is more than the limit.',
    )
}

/** A bad entry has its own failure, so here it only counts by its message. */
function sizeIfValid(entry: Input): number {
  try {
    return sizeOf(notificationOf(entry))
  } catch {
    return Buffer.byteLength(text(entry, 'Message') ?? '')
  }
}
