import { StateError } from '../stateError.ts'
import { afterwards, now, watch, type Engine } from './engine.ts'
import { end } from './end.ts'
import type { Execution, Thread } from './execution.ts'
import { runState } from './states.ts'

/** Transitions after which a step is written and others get their turn, so that a loop of quick states hinders nobody. */
const most = 100

/** Runs `work` when the steps queued before it are through, and writes what it did. Not run once the execution ended. */
export function step(engine: Engine, execution: Execution, work: () => Promise<void> | void): Promise<void> {
  execution.tail = execution.tail.then(async () => {
    if (engine.stopped || execution.status !== 'RUNNING') return
    execution.busy = true
    try {
      await work()
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      const name = error instanceof StateError ? (error.error ?? 'States.Runtime') : 'States.Runtime'
      watch(engine, execution, 'ExecutionFailed', { cause }, name)
      end(engine, execution, 'FAILED', { error: name, cause, previous: execution.lastEvent })
    } finally {
      execution.busy = false
      engine.journal.touch(execution)
    }
  })
  return execution.tail
}

/** Runs the thread until it waits for something. */
export async function advance(engine: Engine, execution: Execution, thread: Thread): Promise<void> {
  for (let count = 0; thread.phase.kind === 'ready' && execution.status === 'RUNNING'; count++) {
    if (!execution.threads.has(thread.id)) return
    if (count === most) {
      afterwards(execution, () => void step(engine, execution, () => advance(engine, execution, thread)))
      return
    }
    await runState(engine, execution, thread)
  }
}

/** A retry's or wait's time has come. */
export function wake(engine: Engine, execution: Execution, thread: Thread, kind: 'retry' | 'wait'): void {
  void step(engine, execution, async () => {
    if (thread.phase.kind !== kind || execution.threads.get(thread.id) !== thread) return
    if (thread.phase.until > now(engine)) return
    await runState(engine, execution, thread)
    await advance(engine, execution, thread)
  })
}
