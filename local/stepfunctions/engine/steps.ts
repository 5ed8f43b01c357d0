import { StateError } from '../stateError.ts'
import { afterwards, type Engine } from './engine.ts'
import { end } from './end.ts'
import { makeReady, type Execution, type Thread } from './execution.ts'
import { runState } from './states.ts'

/** Transitions after which a step is written and others get their turn, so that a loop of quick states hinders nobody. */
const most = 100

/**
 * Runs `work` when the steps queued before it are through, then every thread that is ready until it waits for
 * something, and writes what all that did. Not run once the execution has ended.
 */
export function step(engine: Engine, execution: Execution, work: () => Promise<void> | void): Promise<void> {
  execution.tail = execution.tail.then(async () => {
    if (engine.stopped || execution.status !== 'RUNNING') return
    execution.busy = true
    try {
      await work()
      await runReady(engine, execution)
    } catch (error) {
      breakDown(engine, execution, error)
    } finally {
      execution.busy = false
      engine.journal.touch(execution)
    }
  })
  return execution.tail
}

async function runReady(engine: Engine, execution: Execution): Promise<void> {
  for (let count = 0; count < most && isRunning(execution); count++) {
    const thread = execution.ready[0]
    if (!thread) return
    const there = execution.threads.get(thread.id) === thread
    if (there && thread.phase.kind === 'ready') await runState(engine, execution, thread)
    else execution.ready.shift()
  }
  if (execution.ready.length > 0) afterwards(execution, () => void step(engine, execution, () => undefined))
}

/** Read anew: a state may have ended the execution meanwhile. */
function isRunning(execution: Execution): boolean {
  return execution.status === 'RUNNING'
}

/** What no state can handle ends the execution. */
function breakDown(engine: Engine, execution: Execution, error: unknown): void {
  const cause = error instanceof Error ? error.message : String(error)
  const name = error instanceof StateError ? (error.error ?? 'States.Runtime') : 'States.Runtime'
  end(engine, execution, 'FAILED', { error: name, cause, previous: execution.lastEvent })
}

/** A retry's or wait's time has come. */
export function wake(engine: Engine, execution: Execution, thread: Thread, kind: 'retry' | 'wait'): void {
  void step(engine, execution, async () => {
    if (thread.phase.kind !== kind || execution.threads.get(thread.id) !== thread) return
    if (kind === 'retry') makeReady(execution, thread)
    else await runState(engine, execution, thread)
  })
}
