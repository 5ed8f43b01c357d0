import type { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../aws/context.ts'
import { text } from '../aws/input.ts'
import { arn } from '../aws/place.ts'
import type { Input, Permission, PolicyDocument } from '../aws/service.ts'
import { openStore } from '../aws/store.ts'
import { invalidAttribute, policyOf, type Attributes } from './attributes.ts'
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
  readonly validatePolicy: (document: PolicyDocument, name: string) => void
}

export function openSqs(context: CloudContext, validatePolicy: Sqs['validatePolicy']): Sqs {
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
  return { context, db, queues, messages, polls, meter, moves, validatePolicy }
}

/** After a commit that brought messages or changed when they are visible. */
export function messagesChanged(sqs: Sqs, queue: Queue): void {
  sqs.meter.changed(queue)
  sqs.polls.wake(queue.name)
}

/** Throws what SQS answers for a policy that could not be judged, so that no call meets it later. */
export function checkPolicy({ validatePolicy }: Sqs, { Policy }: Attributes): void {
  const policy = policyOf(Policy)
  if (!policy) return
  try {
    validatePolicy(policy, 'Policy')
  } catch (error) {
    throw invalidAttribute('Policy', error instanceof Error ? error.message : undefined)
  }
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
