import { OrdersError } from './errors.ts'
import {
  onOrderStatusChanged,
  type OnOrderStatusChangedSubscription,
  type OrderFieldsFragment,
  type OrderStatus,
} from './operations.generated.ts'
import { pauseBefore } from './pause.ts'
import type { Subscribe } from './realtime.ts'

/** An order as the API shows it. */
export type Order = OrderFieldsFragment

/** One change of an order's status. */
export interface StatusChange {
  readonly orderId: string
  readonly status: OrderStatus
  /** Null for the first. */
  readonly previousStatus: OrderStatus | null
  /** 1 for NEW; each change is one more than the last. */
  readonly version: number
  /** ISO 8601. */
  readonly at: string
  /** Why the order is undone, once it is. */
  readonly failure: Order['failure']
}

export interface WatchOptions {
  /** Ends the watch. */
  readonly signal?: AbortSignal
  /** Start behind this version, e.g. where an earlier watch ended; 0, the default, tells the whole way. */
  readonly afterVersion?: number
}

/** An open order that was silent this long (ms) is read again; each time twice as long, up to the longest. */
const silence = { first: 20_000, longest: 120_000 }
const readAgainPause = { first: 200, longest: 10_000 }
const closed: readonly OrderStatus[] = ['COMPLETED', 'FAILED', 'CANCELLED']
const undone: readonly OrderStatus[] = ['COMPENSATING', 'NEEDS_ATTENTION', 'FAILED', 'CANCELLED']

/**
 * Every change of an order's status, each exactly once and in order, until the order is closed. Push alone may lose or
 * repeat events, so: subscribe, and when the service has the subscription read the order and tell what its timeline has;
 * then follow the events, drop versions seen, and read again on a jump of version, after a reconnect and after silence.
 */
export async function* watchOrder(
  id: string,
  read: (id: string, signal: AbortSignal) => Promise<Order | null>,
  subscribe: Subscribe,
  options: WatchOptions = {},
): AsyncGenerator<StatusChange, void, void> {
  if (options.signal?.aborted === true) return
  const ended = new AbortController()
  const told = createTeller(id, options.afterVersion ?? 0)
  const stop = (): void => told.end()
  options.signal?.addEventListener('abort', stop, { once: true })
  const readAgain = onceAtATime(async () => {
    try {
      told.order(await readPatiently(() => read(id, ended.signal), ended.signal))
    } catch (error) {
      told.end(error)
    }
  })
  const unsubscribe = subscribe<OnOrderStatusChangedSubscription>(
    onOrderStatusChanged,
    { orderId: id },
    {
      live: readAgain,
      event: ({ onOrderStatusChanged: event }) => {
        if (event === null || !told.event(event)) readAgain()
      },
      failed: (error) => told.end(error),
    },
  )
  try {
    yield* told.changes(readAgain)
  } finally {
    ended.abort()
    unsubscribe()
    options.signal?.removeEventListener('abort', stop)
  }
}

/** Runs `work`, and once more if it was asked for again meanwhile. */
function onceAtATime(work: () => Promise<void>): () => void {
  let running = false
  let asked = 0
  const run = async (): Promise<void> => {
    running = true
    do {
      asked = 0
      await work()
    } while (asked > 0)
    running = false
  }
  return () => {
    if (running) asked += 1
    else void run()
  }
}

async function readPatiently(read: () => Promise<Order | null>, signal: AbortSignal): Promise<Order | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read()
    } catch (error) {
      if (signal.aborted || !(error instanceof OrdersError && error.retryable)) throw error
      await pauseBefore(attempt, readAgainPause, signal)
    }
  }
}

/** Puts what events and reads tell into one line of changes without gap or repetition. */
function createTeller(orderId: string, afterVersion: number) {
  const waiting: StatusChange[] = []
  let seen = afterVersion
  let over: { error?: unknown } | undefined
  let wake = (): void => undefined

  const tell = (change: StatusChange): void => {
    seen = change.version
    waiting.push(change)
    wake()
  }

  return {
    /** False when the event does not follow on the last change: something was lost. */
    event(event: StatusChange): boolean {
      if (event.version === seen + 1) {
        const { status, previousStatus, version, at, failure } = event
        tell({ orderId, status, previousStatus, version, at, failure })
      }
      return event.version <= seen
    },

    /** Tells what the order's timeline has and nobody was told. */
    order(order: Order | null): void {
      if (order === null) throw new OrdersError('OrderNotFound', `There is no order '${orderId}'`)
      for (const [index, { status, at }] of order.timeline.entries()) {
        const version = index + 1
        if (version !== seen + 1) continue
        const previousStatus = order.timeline[index - 1]?.status ?? null
        tell({
          orderId,
          status,
          previousStatus,
          version,
          at,
          failure: undone.includes(status) ? order.failure : null,
        })
      }
      if (order.nextStatuses.length === 0) this.end()
    },

    end(error?: unknown): void {
      over ??= error === undefined ? {} : { error }
      wake()
    },

    async *changes(readAgain: () => void): AsyncGenerator<StatusChange, void, void> {
      let patience = silence.first
      for (;;) {
        const change = waiting.shift()
        if (change !== undefined) {
          patience = silence.first
          yield change
          if (closed.includes(change.status)) return
        } else if (over !== undefined) {
          if ('error' in over) throw over.error
          return
        } else {
          const heard = await new Promise<boolean>((resolve) => {
            const timer = setTimeout(() => resolve(false), patience)
            wake = () => {
              clearTimeout(timer)
              resolve(true)
            }
          })
          if (!heard) {
            patience = Math.min(patience * 2, silence.longest)
            readAgain()
          }
        }
      }
    },
  }
}
