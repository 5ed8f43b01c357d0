import { createHash } from 'node:crypto'
import type { Principal } from '../../aws/principal.ts'
import type { Action } from '../../aws/service.ts'
import { invalidParameter } from '../errors.ts'
import { md5, md5OfAttributes, newMessage, type NewMessage } from '../message.ts'
import type { Queue } from '../queues.ts'
import { messagesChanged, onQueue, type Sqs } from '../sqs.ts'

export function sendMessage(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'SendMessage', input),
    run(input, { principal }) {
      const queue = sqs.queues.of(input)
      const message = newMessage(input)
      const most = Number(queue.attributes.MaximumMessageSize)
      if (message.size > most)
        throw invalidParameter(
          `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
        )
      const sent = addMessage(sqs, queue, message, principal)
      sqs.meter.count(queue, 'NumberOfMessagesSent')
      messagesChanged(sqs, queue)
      return sent
    },
  }
}

/** Stores the message; the answer is that of SendMessage. */
export function addMessage(sqs: Sqs, queue: Queue, message: NewMessage, principal: Principal): object {
  const id = sqs.messages.add(queue, message, senderId(principal), sqs.context.clock.now())
  const attributes = md5OfAttributes(message.attributes)
  return {
    MessageId: id,
    MD5OfMessageBody: md5(message.body),
    ...(attributes && { MD5OfMessageAttributes: attributes }),
  }
}

/** IAM's unique id of the sender, as SQS shows it: for a role with the session's name. */
function senderId(principal: Principal): string {
  if (principal.kind === 'operator') return uniqueId('AIDA', 'operator')
  if (principal.kind === 'role') return `${uniqueId('AROA', principal.roleArn)}:${principal.session}`
  return uniqueId('AIDA', principal.service)
}

function uniqueId(prefix: string, of: string): string {
  return prefix + createHash('sha256').update(of).digest('hex').slice(0, 17).toUpperCase()
}
