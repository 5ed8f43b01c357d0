import { AwsError } from '../../aws/error.ts'
import { textMap, texts } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { checkAttributes, settable } from '../attributes.ts'
import { missing } from '../errors.ts'
import type { Queue } from '../queues.ts'
import { checkRedrive } from '../redrive.ts'
import { checkPolicy, messagesChanged, onQueue, type Sqs } from '../sqs.ts'

export function getQueueAttributes(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'GetQueueAttributes', input),
    run(input) {
      const queue = sqs.queues.of(input)
      const names = texts(input.AttributeNames)
      const all = allAttributes(sqs, queue)
      for (const name of names)
        if (name !== 'All' && !(name in all) && !settable.includes(name))
          throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
      const shown = Object.entries(all).filter(([name]) => names.includes(name) || names.includes('All'))
      return shown.length > 0 ? { Attributes: Object.fromEntries(shown) } : {}
    },
  }
}

function allAttributes(sqs: Sqs, queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = sqs.messages.counts(queue.name, sqs.context.clock.now())
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.created / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modified / 1000)),
    ...queue.attributes,
  }
}

export function setQueueAttributes(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'SetQueueAttributes', input),
    run(input) {
      const queue = sqs.queues.of(input)
      const changes = textMap(input.Attributes)
      if (Object.keys(changes).length === 0) throw missing('Attributes')
      checkAttributes(changes)
      checkPolicy(sqs, changes)
      checkRedrive(sqs.queues, queue.arn, changes)
      const attributes = { ...queue.attributes, ...changes }
      const saved = sqs.queues.save({ ...queue, attributes, modified: sqs.context.clock.now() })
      messagesChanged(sqs, saved)
      return {}
    },
  }
}
