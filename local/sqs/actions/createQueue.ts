import { AwsError } from '../../aws/error.ts'
import { text, textMap } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { arn } from '../../aws/place.ts'
import { checkAttributes, defaults } from '../attributes.ts'
import { missing } from '../errors.ts'
import { checkRedrive } from '../redrive.ts'
import { checkName } from '../resources.ts'
import { checkPolicy, onQueue, onQueueNamed, type Sqs } from '../sqs.ts'

export function createQueue(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueueNamed(sqs, 'CreateQueue', text(input, 'QueueName') ?? '*'),
    run(input) {
      const name = text(input, 'QueueName')
      if (!name) throw missing('QueueName')
      checkName(name)
      const attributes = textMap(input.Attributes)
      checkAttributes(attributes)
      checkPolicy(sqs, attributes)
      checkRedrive(sqs.queues, arn(sqs.context.place, 'sqs', name), attributes)
      const existing = sqs.queues.named(name)
      if (existing) {
        const had: Record<string, string> = { ...defaults, ...existing.attributes }
        for (const [attribute, value] of Object.entries(attributes))
          if (had[attribute] !== value)
            throw new AwsError(
              'QueueNameExists',
              `A queue already exists with the same name and a different value for attribute ${attribute}`,
            )
        return { QueueUrl: existing.url }
      }
      const now = sqs.context.clock.now()
      const tags = textMap(input.tags)
      const queue = sqs.queues.save({ name, created: now, modified: now, attributes, tags, template: '' })
      return { QueueUrl: queue.url }
    },
  }
}

export function deleteQueue(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'DeleteQueue', input),
    run(input) {
      const queue = sqs.queues.of(input)
      sqs.messages.purge(queue.name)
      sqs.queues.remove(queue.name)
      sqs.polls.wake(queue.name)
      return {}
    },
  }
}
