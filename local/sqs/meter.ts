import type { CloudContext } from '../aws/context.ts'
import type { Messages } from './messages.ts'
import type { Queue, Queues } from './queues.ts'

type Counter =
  'NumberOfMessagesSent' | 'NumberOfMessagesReceived' | 'NumberOfMessagesDeleted' | 'NumberOfEmptyReceives'

const minute = 60_000
/** A queue nobody has used for this long reports nothing more, unless it holds messages. */
const activeFor = 6 * 60 * minute
/** Gauges are read from the store, so a busy queue reports them once in this time. */
const gaugeEvery = 1_000

export type Meter = ReturnType<typeof createMeter>

/** Publishes what AWS/SQS publishes: counters as things happen, gauges after changes and once a minute. */
export function createMeter(context: CloudContext, queues: Queues, messages: Messages) {
  const { clock } = context
  const lastUse = new Map<string, number>()
  const due = new Map<string, () => void>()
  let cancelTick = (): void => undefined

  function put(queue: string, name: string, value: number, unit: string): void {
    const dimensions = { QueueName: queue }
    context.metric({ namespace: 'AWS/SQS', name, dimensions, value, unit, at: clock.now() })
  }

  function gauges(queue: Queue): void {
    const now = clock.now()
    const { visible, inFlight, delayed } = messages.counts(queue.name, now)
    const oldest = messages.oldest(queue.name)
    put(queue.name, 'ApproximateNumberOfMessagesVisible', visible, 'Count')
    put(queue.name, 'ApproximateNumberOfMessagesNotVisible', inFlight, 'Count')
    put(queue.name, 'ApproximateNumberOfMessagesDelayed', delayed, 'Count')
    const age = oldest === undefined ? 0 : Math.floor((now - oldest) / 1000)
    put(queue.name, 'ApproximateAgeOfOldestMessage', age, 'Seconds')
  }

  function isActive(queue: Queue, now: number): boolean {
    if (now - (lastUse.get(queue.name) ?? -Infinity) < activeFor) return true
    const { visible, inFlight, delayed } = messages.counts(queue.name, now)
    return visible + inFlight + delayed > 0
  }

  function tick(): void {
    const now = clock.now()
    for (const queue of queues.all()) {
      messages.expire(queue, now)
      if (isActive(queue, now)) gauges(queue)
    }
    cancelTick = clock.at((Math.floor(now / minute) + 1) * minute, tick)
  }

  return {
    count(queue: Queue, counter: Counter, times = 1): void {
      lastUse.set(queue.name, clock.now())
      if (times > 0) put(queue.name, counter, times, 'Count')
    },
    /** The number of messages or their visibility changed. */
    changed(queue: Queue): void {
      lastUse.set(queue.name, clock.now())
      if (due.has(queue.name)) return
      const report = (): void => {
        due.delete(queue.name)
        const now = queues.named(queue.name)
        if (now) gauges(now)
      }
      due.set(queue.name, clock.at(clock.now() + gaugeEvery, report))
    },
    start: tick,
    stop(): void {
      cancelTick()
      for (const cancel of due.values()) cancel()
      due.clear()
    },
  }
}
