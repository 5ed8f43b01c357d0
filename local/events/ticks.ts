import type { Clock } from '../aws/clock.ts'
import { parseExpression } from './expression.ts'
import type { EventsStore, PendingDelivery, Tick } from './store.ts'

/** Something that fires by the clock. */
export interface Timed {
  readonly arn: string
  readonly expression: string
  readonly timezone?: string | undefined
  /** Milliseconds since the epoch; a rate counts from here. */
  readonly from?: number | undefined
  readonly until?: number | undefined
  /** A rate fires at once, not after its first period. */
  readonly atOnce: boolean
  /** What to deliver for the tick that was due at `at`. */
  readonly fire: (at: number) => readonly PendingDelivery[]
}

export interface Ticks {
  /** Replaces all schedules; those whose expression stayed go on as they were. */
  declare(timed: readonly Timed[]): void
  start(): void
  stop(): void
}

/**
 * Fires schedules. The next tick of each is kept on disk: after a pause all ticks that were missed fire once,
 * together, and then the schedule goes on. `arnPrefix` tells the ARNs of these schedules from others'.
 */
export function createTicks(
  clock: Clock,
  store: EventsStore,
  arnPrefix: string,
  begin: (pending: readonly PendingDelivery[]) => void,
): Ticks {
  let schedules: readonly Timed[] = []
  let running = false
  const alarms = new Map<string, () => void>()

  function following(timed: Timed, anchor: number, after: number): number | undefined {
    const { timezone, from = 0, until = Infinity } = timed
    const next = parseExpression(timed.expression, { anchor, timezone })(Math.max(after, from - 1))
    return next !== undefined && next <= until ? next : undefined
  }

  function tickOf(timed: Timed): Tick {
    const expression = [timed.expression, timed.timezone, timed.from].join(' ')
    const known = store.tick(timed.arn)
    if (known?.expression === expression) return known
    const now = clock.now()
    const anchor = timed.from ?? now
    const first =
      timed.expression.startsWith('rate') && (timed.atOnce || anchor > now)
        ? Math.max(anchor, now)
        : undefined
    const tick = { expression, anchor, next: first ?? following(timed, anchor, now) }
    store.saveTick(timed.arn, tick)
    return tick
  }

  function arm(timed: Timed): void {
    const tick = tickOf(timed)
    const due = tick.next
    if (!running || due === undefined) return
    alarms.set(
      timed.arn,
      clock.at(due, () => {
        alarms.delete(timed.arn)
        const pending = timed.fire(due)
        store.saveTick(
          timed.arn,
          { ...tick, next: following(timed, tick.anchor, Math.max(due, clock.now())) },
          pending,
        )
        begin(pending)
        arm(timed)
      }),
    )
  }

  function disarm(): void {
    for (const cancel of alarms.values()) cancel()
    alarms.clear()
  }

  return {
    declare(timed) {
      disarm()
      schedules = timed
      const arns = timed.map((each) => each.arn)
      store.forgetTicks(arnPrefix, arns)
      for (const each of schedules) arm(each)
    },
    start() {
      running = true
      for (const each of schedules) arm(each)
    },
    stop() {
      running = false
      disarm()
    },
  }
}
