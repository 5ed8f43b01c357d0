import type { Clock } from '../aws/clock.ts'

export interface FakeClock extends Clock {
  /** Moves time by `ms`, running what falls due on the way in its order; pending promises get to run in between. */
  advance(ms: number): Promise<void>
}

/** A clock that stands still until a test moves it. `start` in milliseconds since the epoch. */
export function fakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start
  const alarms = new Set<{ at: number; task: () => void }>()

  function earliest(until: number): { at: number; task: () => void } | undefined {
    let first: { at: number; task: () => void } | undefined
    for (const alarm of alarms) if (alarm.at <= until && (!first || alarm.at < first.at)) first = alarm
    return first
  }

  return {
    now: () => now,
    at(at, task) {
      const alarm = { at, task }
      alarms.add(alarm)
      return () => {
        alarms.delete(alarm)
      }
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let due = earliest(until); due; due = earliest(until)) {
        alarms.delete(due)
        now = Math.max(now, due.at)
        due.task()
        await settle()
      }
      now = until
      await settle()
    },
  }
}

/** Lets promises and immediates that are ready run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
