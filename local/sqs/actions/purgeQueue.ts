import { AwsError } from '../../aws/error.ts'
import type { Action } from '../../aws/service.ts'
import { onQueue, type Sqs } from '../sqs.ts'

export function purgeQueue(sqs: Sqs): Action {
  const last = new Map<string, number>()
  return {
    permissions: (input) => onQueue(sqs, 'PurgeQueue', input),
    run(input) {
      const queue = sqs.queues.of(input)
      const now = sqs.context.clock.now()
      if (now - (last.get(queue.name) ?? -Infinity) < 60_000)
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
          { status: 403 },
        )
      last.set(queue.name, now)
      sqs.messages.purge(queue.name)
      sqs.meter.changed(queue)
      return {}
    },
  }
}
