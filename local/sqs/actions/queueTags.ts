import { textMap, texts } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { onQueue, type Sqs } from '../sqs.ts'

export function listQueueTags(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'ListQueueTags', input),
    run(input) {
      const { tags } = sqs.queues.of(input)
      return Object.keys(tags).length > 0 ? { Tags: tags } : {}
    },
  }
}

export function tagQueue(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'TagQueue', input),
    run(input) {
      const queue = sqs.queues.of(input)
      sqs.queues.save({ ...queue, tags: { ...queue.tags, ...textMap(input.Tags) } })
      return {}
    },
  }
}

export function untagQueue(sqs: Sqs): Action {
  return {
    permissions: (input) => onQueue(sqs, 'UntagQueue', input),
    run(input) {
      const queue = sqs.queues.of(input)
      const gone = texts(input.TagKeys)
      const tags = Object.fromEntries(Object.entries(queue.tags).filter(([name]) => !gone.includes(name)))
      sqs.queues.save({ ...queue, tags })
      return {}
    },
  }
}
