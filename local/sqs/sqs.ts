import type { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../aws/context.ts'
import { text } from '../aws/input.ts'
import { arn } from '../aws/place.ts'
import type { Input, Permission } from '../aws/service.ts'
import { openStore } from '../aws/store.ts'
import { openMessages, type Messages } from './messages.ts'
import { createMeter, type Meter } from './meter.ts'
import { createMoves, type Moves } from './moves.ts'
import { createPolls, type Polls } from './polls.ts'
import { openQueues, type Queue, type Queues } from './queues.ts'

/** What the actions work on. */
export interface Sqs {
  readonly context: CloudContext
  readonly db: DatabaseSync
  readonly queues: Queues
  readonly messages: Messages
  readonly polls: Polls
  readonly meter: Meter
  readonly moves: Moves
}

export function openSqs(context: CloudContext): Sqs {
  const { clock, place } = context
  const db = openStore(context.data, 'sqs')
  const queues = openQueues(db, place)
  const messages = openMessages(db)
  const polls = createPolls(clock, (queue, after) => messages.nextVisible(queue, after))
  const meter = createMeter(context, queues, messages)
  const changed = (queue: Queue): void => {
    meter.changed(queue)
    polls.wake(queue.name)
  }
  const moves = createMoves({ db, clock, queues, messages, changed })
  return { context, db, queues, messages, polls, meter, moves }
}

/** After a commit that brought messages or changed when they are visible. */
export function messagesChanged(sqs: Sqs, queue: Queue): void {
  sqs.meter.changed(queue)
  sqs.polls.wake(queue.name)
}

/** Permission for `action` on the queue of the request's `QueueUrl`, judged with the queue's own policy. */
export function onQueue(sqs: Sqs, action: string, input: Input): Permission[] {
  const name = text(input, 'QueueUrl')?.split('/').pop()
  return name ? onQueueNamed(sqs, action, name) : [{ action: `sqs:${action}`, resource: '*' }]
}

export function onQueueNamed(sqs: Sqs, action: string, name: string): Permission[] {
  const { place } = sqs.context
  const resourcePolicy = sqs.queues.named(name)?.policy
  return [
    { action: `sqs:${action}`, resource: arn(place, 'sqs', name), ...(resourcePolicy && { resourcePolicy }) },
  ]
}
