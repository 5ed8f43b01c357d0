import type { CloudContext } from '../../aws/context.ts'
import { arn } from '../../aws/place.ts'
import type { Journal } from '../store/journal.ts'
import type { Effect, Execution, Thread } from './execution.ts'

/** What the steps of executions work with. */
export interface Engine {
  readonly context: CloudContext
  readonly journal: Journal
  /** [0, 1); spreads retries. */
  readonly random: () => number
  /** Running executions, and closed ones that are not yet on disk, by number and by ARN. */
  readonly running: Map<number, Execution>
  readonly byArn: Map<string, Execution>
  /** Ends the calls under way when the service stops. A task that is over leaves its call alone, as AWS does. */
  readonly abort: AbortController
  /** Alarms of threads and executions, by a key of their own. */
  readonly alarms: Map<string, () => void>
  /** What is called is about to be stopped: no call begins, and none counts as failed. */
  held: boolean
  stopped: boolean
}

export function createEngine(context: CloudContext, journal: Journal, random: () => number): Engine {
  return {
    context,
    journal,
    random,
    running: new Map(),
    byArn: new Map(),
    abort: new AbortController(),
    alarms: new Map(),
    held: false,
    stopped: false,
  }
}

/** No step begins any more. */
export function halt(engine: Engine): void {
  engine.stopped = true
  for (const cancel of engine.alarms.values()) cancel()
  engine.abort.abort()
}

export function stateMachineArn(engine: Engine, execution: Execution): string {
  return arn(engine.context.place, 'states', `stateMachine:${execution.machine}`)
}

export function now(engine: Engine): number {
  return engine.context.clock.now()
}

/** The thread has to be written. */
export function changed(execution: Execution, thread: Thread): void {
  execution.unsaved.threads.add(thread.id)
}

/** Does something once what has happened so far is on disk. */
export function afterwards(execution: Execution, effect: Effect['done']): void {
  execution.unsaved.effects.push({ done: effect })
}

/** Wakes the thread at `due`, unless that is called off or replaced. */
export function alarm(
  engine: Engine,
  execution: Execution,
  what: string,
  due: number,
  task: () => void,
): void {
  const key = `${execution.id} ${what}`
  engine.alarms.get(key)?.()
  engine.alarms.set(
    key,
    engine.context.clock.at(due, () => {
      engine.alarms.delete(key)
      if (!engine.stopped) task()
    }),
  )
}

export function silence(engine: Engine, execution: Execution, what: string): void {
  const key = `${execution.id} ${what}`
  engine.alarms.get(key)?.()
  engine.alarms.delete(key)
}

/** Follows one execution for whoever watches. */
export function watch(
  engine: Engine,
  execution: Execution,
  what: string,
  about: object,
  error?: string,
): void {
  engine.context.report({
    at: now(engine),
    service: 'states',
    what,
    subject: execution.name,
    input: { stateMachine: execution.machine, ...about },
    ...(error !== undefined && { error }),
  })
}
