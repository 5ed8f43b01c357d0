import { text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { missing, noSuchQueue } from '../errors.ts'
import { onQueueNamed, type Sqs } from '../sqs.ts'

export function getQueueUrl(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueueNamed(sqs, 'GetQueueUrl', text(input, 'QueueName') ?? '*'),
    run(input) {
      const name = text(input, 'QueueName')
      if (!name) throw missing('QueueName')
      const owner = text(input, 'QueueOwnerAWSAccountId') ?? sqs.context.place.account
      const queue = sqs.queues.named(name)
      if (!queue || owner !== sqs.context.place.account) throw noSuchQueue()
      return { QueueUrl: queue.url }
    },
  }
}
