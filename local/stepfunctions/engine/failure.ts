import type { Catcher, Retrier } from '../language/machine.ts'
import { matches, StateError } from '../stateError.ts'
import { end } from './end.ts'
import { alarm, changed, now, watch, type Engine } from './engine.ts'
import { stateOf, threadOf, type Execution, type Thread } from './execution.ts'
import { dropChildren, stopChildren } from './children.ts'
import { join } from './join.ts'
import { iterationFailed } from './map.ts'
import { leave } from './leave.ts'
import { record } from './record.ts'
import { located } from './states.ts'
import { wake } from './steps.ts'

/** The thread's state failed: tries again, or goes where a catcher says, or gives up. */
export async function fail(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  failure: StateError,
): Promise<void> {
  const state = stateOf(execution, thread)
  changed(execution, thread)
  if (!('retry' in state)) return failThread(engine, execution, thread, failure)
  if (retried(engine, execution, thread, state.retry, failure)) return
  if (state.type !== 'Task')
    record(execution, thread, now(engine), state.type === 'Map' ? 'MapStateFailed' : 'ParallelStateFailed')
  const catcher = state.catch.find((each) => matches(each.errorEquals, failure))
  if (!catcher) return failThread(engine, execution, thread, failure)
  dropChildren(execution, thread)
  await caught(engine, execution, thread, catcher, failure)
}

/** The first retrier that covers the error decides; one that is used up lets the catchers have it. */
function retried(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  all: readonly Retrier[],
  failure: StateError,
): boolean {
  const at = all.findIndex((each) => matches(each.errorEquals, failure))
  const retrier = all[at]
  const used = thread.retries[at] ?? 0
  if (!retrier || used >= retrier.maxAttempts) return false
  const until = now(engine) + delay(retrier, used, engine.random) * 1000
  thread.retries = all.map((_, each) => (thread.retries[each] ?? 0) + (each === at ? 1 : 0))
  thread.phase = { kind: 'retry', until }
  dropChildren(execution, thread)
  alarm(engine, execution, `thread ${thread.id}`, until, () => wake(engine, execution, thread, 'retry'))
  watch(
    engine,
    execution,
    'Retry',
    { state: thread.state, attempt: used + 1, at: new Date(until).toISOString() },
    failure.error,
  )
  return true
}

/** Seconds to wait before another attempt when `used` were made. */
function delay(retrier: Retrier, used: number, random: () => number): number {
  const { intervalSeconds, backoffRate, maxDelaySeconds = Infinity, jitter } = retrier
  const longest = Math.min(intervalSeconds * backoffRate ** used, maxDelaySeconds, 99_999_999)
  return jitter === 'FULL' ? random() * longest : longest
}

async function caught(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  catcher: Catcher,
  failure: StateError,
): Promise<void> {
  const errorOutput = { Error: failure.error ?? '', Cause: failure.cause ?? '' }
  watch(engine, execution, 'Catch', { state: thread.state, next: catcher.next }, failure.error)
  try {
    await leave(engine, execution, thread, catcher, catcher.next, { errorOutput })
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    await failThread(engine, execution, thread, located(engine, execution, thread, error, thread.previous))
  }
}

/** Nothing in the thread's region handles the failure: it is the execution's, or that of the state around. */
export async function failThread(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  failure: StateError,
): Promise<void> {
  if (thread.parent === undefined) {
    const { error, cause } = failure
    end(engine, execution, 'FAILED', { error, cause, previous: thread.previous })
    return
  }
  const parent = threadOf(execution, thread.parent)
  changed(execution, thread)
  thread.phase = { kind: 'failed' }
  const outcome =
    stateOf(execution, parent).type === 'Map'
      ? iterationFailed(engine, execution, parent, thread, failure)
      : failure
  if (!outcome) return join(engine, execution, parent, thread)
  parent.previous = thread.previous
  stopChildren(engine, execution, parent)
  await fail(engine, execution, parent, outcome)
}
