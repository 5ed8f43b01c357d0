import type { DatabaseSync } from 'node:sqlite'
import { transaction } from '../aws/store.ts'
import { AwsError } from '../aws/error.ts'
import type { Message, Messages } from './messages.ts'
import { queueName, type Queue, type Queues } from './queues.ts'

export interface Received {
  readonly message: Message
  readonly receive: string
}

/** Standard queues hand out no more messages than this at a time. */
const mostInFlight = 120_000

/**
 * Takes up to `most` messages for `visibility` milliseconds, in one transaction. A message that was received as often
 * as the redrive policy lets goes to the dead-letter queue instead; `moved` hears of that queue.
 */
export function takeMessages(
  store: { db: DatabaseSync; messages: Messages; queues: Queues },
  queue: Queue,
  how: { most: number; visibility: number; now: number; moved: (target: Queue) => void },
): Received[] {
  const { db, messages, queues } = store
  const target = queue.redrive && queues.named(queueName(queue.redrive.deadLetterTargetArn))
  const limit = queue.redrive?.maxReceiveCount ?? Infinity
  const { taken, moved } = transaction(db, () => {
    messages.expire(queue, how.now)
    const taken: Received[] = []
    let moved = 0
    for (;;) {
      const candidates = messages.visible(queue.name, how.now, how.most - taken.length)
      for (const message of candidates) {
        if (target && message.receives >= limit) {
          messages.deadLetter(message.row, target, queue, how.now)
          moved += 1
        } else {
          const receive = messages.take(message.row, how.now, how.now + how.visibility)
          taken.push({ message: counted(message, how.now), receive })
        }
      }
      // With a visibility timeout of 0 what was just taken is visible again: one round must do.
      if (candidates.length === 0 || taken.length >= how.most || how.visibility === 0) return { taken, moved }
    }
  })
  if (moved > 0 && target) how.moved(target)
  return taken
}

function counted(message: Message, now: number): Message {
  return { ...message, receives: message.receives + 1, firstReceive: message.firstReceive ?? now }
}

/** Throws OverLimit when too many messages are in flight already. */
export function checkInFlight(queue: Queue, messages: Messages, now: number): void {
  if (messages.inFlight(queue.name, now, mostInFlight))
    throw new AwsError('OverLimit', 'Too many messages are in flight.', { status: 403 })
}
