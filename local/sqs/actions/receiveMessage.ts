import { number, parsed, record, texts } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { invalidValue } from '../errors.ts'
import { md5, md5OfAttributes, type MessageAttributes } from '../message.ts'
import type { Queue } from '../queues.ts'
import { checkInFlight, takeMessages, type Received } from '../receive.ts'
import { receiptHandle } from '../receiptHandle.ts'
import { messagesChanged, onQueue, type Sqs } from '../sqs.ts'

/** Waits up to WaitTimeSeconds (the queue's ReceiveMessageWaitTimeSeconds when absent) for the first message. */
export function receiveMessage(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'ReceiveMessage', input),
    async run(input, { signal }) {
      const queue = sqs.queues.of(input)
      const { clock } = sqs.context
      const how = receiveOptions(input, queue)
      checkInFlight(queue, sqs.messages, clock.now())
      const attempt = (): Received[] | undefined => take(sqs, queue.name, how)
      const received =
        attempt() ??
        (how.wait > 0 ? await sqs.polls.wait(queue.name, clock.now() + how.wait, attempt, signal) : undefined)
      if (!received) {
        sqs.meter.count(queue, 'NumberOfEmptyReceives')
        return {}
      }
      return { Messages: received.map((each) => shown(each, queue, input)) }
    },
  }
}

interface Options {
  readonly most: number
  /** Milliseconds. */
  readonly wait: number
  /** Milliseconds; the queue's at the time of the receive when undefined. */
  readonly visibility: number | undefined
}

function receiveOptions(input: Input, queue: Queue): Options {
  const most = number(input, 'MaxNumberOfMessages') ?? 1
  if (!Number.isInteger(most) || most < 1 || most > 10)
    throw invalidValue(most, 'MaxNumberOfMessages', 'Must be between 1 and 10, if provided.')
  const wait = number(input, 'WaitTimeSeconds') ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds)
  if (!Number.isInteger(wait) || wait < 0 || wait > 20)
    throw invalidValue(wait, 'WaitTimeSeconds', 'Must be >= 0 and <= 20, if provided.')
  const visibility = number(input, 'VisibilityTimeout')
  if (visibility !== undefined && (!Number.isInteger(visibility) || visibility < 0 || visibility > 43_200))
    throw invalidValue(visibility, 'VisibilityTimeout', 'Must be >= 0 and <= 43200, if provided.')
  return { most, wait: wait * 1000, visibility: visibility === undefined ? undefined : visibility * 1000 }
}

function take(sqs: Sqs, name: string, how: Options): Received[] | undefined {
  const queue = sqs.queues.existing(name)
  const moved = (target: Queue): void => {
    messagesChanged(sqs, target)
    sqs.meter.changed(queue)
  }
  const visibility = how.visibility ?? Number(queue.attributes.VisibilityTimeout) * 1000
  const received = takeMessages(sqs, queue, {
    most: how.most,
    visibility,
    now: sqs.context.clock.now(),
    moved,
  })
  if (received.length === 0) return undefined
  sqs.meter.count(queue, 'NumberOfMessagesReceived', received.length)
  messagesChanged(sqs, queue)
  return received
}

function shown({ message, receive }: Received, queue: Queue, input: Input): object {
  const attributes = chosen(
    record(parsed(message.attributes)) as MessageAttributes,
    texts(input.MessageAttributeNames),
  )
  const asked = [...texts(input.MessageSystemAttributeNames), ...texts(input.AttributeNames)]
  const system = Object.entries(systemAttributes({ message, receive })).filter(
    ([name]) => asked.includes(name) || asked.includes('All'),
  )
  const checksum = md5OfAttributes(attributes)
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle({ queue: queue.name, row: message.row, receive }),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(checksum && { MD5OfMessageAttributes: checksum, MessageAttributes: attributes }),
  }
}

function systemAttributes({ message }: Received): Record<string, string> {
  return {
    SenderId: message.sender,
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceive),
    ...(message.traceHeader !== null && { AWSTraceHeader: message.traceHeader }),
    ...(message.groupId !== null && { MessageGroupId: message.groupId }),
    ...(message.source !== null && { DeadLetterQueueSourceArn: message.source }),
  }
}

/** `All` or `.*` for all, `prefix.*` for those that begin so, else by name. */
function chosen(attributes: MessageAttributes, names: string[]): MessageAttributes {
  const wanted = (name: string): boolean =>
    names.some(
      (each) =>
        each === 'All' ||
        each === '.*' ||
        (each.endsWith('.*') ? name.startsWith(each.slice(0, -2)) : each === name),
    )
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)))
}
