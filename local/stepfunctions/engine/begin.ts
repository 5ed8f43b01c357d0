import type { Json } from '../json.ts'
import { alarm, changed, now, type Engine } from './engine.ts'
import { count, end } from './end.ts'
import { childrenOf, makeReady, stateOf, type Execution, type Revision, type Thread } from './execution.ts'
import { append } from './record.ts'
import { step, wake } from './steps.ts'
import { submit } from './task.ts'
import { armTask } from './taskOutcome.ts'

/** An execution in memory, before any of its threads. */
export function newExecution(
  given: Pick<Execution, 'id' | 'machine' | 'name' | 'arn' | 'revision' | 'input' | 'start'>,
  row: 'new' | 'saved',
): Execution {
  return {
    ...given,
    status: 'RUNNING',
    redriveCount: 0,
    threads: new Map(),
    nextThread: 1,
    lastEvent: 0,
    unsaved: { row, events: [], threads: new Set(), effects: [] },
    tail: Promise.resolve(),
    ready: [],
    busy: false,
  }
}

/** Starts the execution; resolves once it is on disk. */
export function begin(engine: Engine, execution: Execution, revision: Revision): Promise<void> {
  const root: Thread = {
    id: 0,
    index: 0,
    state: revision.compiled.region.startAt,
    input: JSON.parse(execution.input) as Json,
    variables: {},
    // AWS lets the first state follow event 0, not ExecutionStarted.
    previous: 0,
    retries: [],
    phase: { kind: 'ready' },
  }
  execution.threads.set(0, root)
  changed(execution, root)
  append(execution, execution.start, 0, 'ExecutionStarted', {
    input: execution.input,
    roleArn: revision.roleArn,
  })
  keep(engine, execution)
  count(engine, execution, 'ExecutionsStarted', 1, 'Count')
  const saved = new Promise<void>((resolve, reject) => {
    execution.unsaved.effects.push({ done: resolve, failed: reject })
  })
  engine.journal.touch(execution)
  armExecution(engine, execution)
  void step(engine, execution, () => {
    makeReady(execution, root)
  })
  return saved
}

function keep(engine: Engine, execution: Execution): void {
  engine.running.set(execution.id, execution)
  engine.byArn.set(execution.arn, execution)
}

function armExecution(engine: Engine, execution: Execution): void {
  const { timeoutSeconds } = execution.revision.compiled
  if (timeoutSeconds === undefined) return
  const due = (execution.redrivenAt ?? execution.start) + timeoutSeconds * 1000
  alarm(engine, execution, 'execution', due, () => {
    void step(engine, execution, () => {
      end(engine, execution, 'TIMED_OUT', { error: 'States.Timeout', previous: 0 })
    })
  })
}

/** Goes on with an execution read from disk, every thread where it stood. */
export function resume(engine: Engine, execution: Execution): void {
  keep(engine, execution)
  armExecution(engine, execution)
  for (const thread of execution.threads.values()) resumeThread(engine, execution, thread)
}

function resumeThread(engine: Engine, execution: Execution, thread: Thread): void {
  const { phase } = thread
  switch (phase.kind) {
    case 'ready':
      void step(engine, execution, () => {
        makeReady(execution, thread)
      })
      return
    case 'wait':
    case 'retry':
      alarm(engine, execution, `thread ${thread.id}`, phase.until, () =>
        wake(engine, execution, thread, phase.kind),
      )
      return
    case 'task': {
      armTask(engine, execution, thread, phase)
      const state = stateOf(execution, thread)
      // What is submitted waits for its token; anything else is called again: at least once.
      if (state.type === 'Task' && !phase.submitted) submit(engine, execution, thread, state, phase)
      return
    }
    case 'fork':
    case 'done':
    case 'failed':
  }
}

/** Starts an execution that did not succeed where it ended: states that succeeded are not repeated. */
export function redrive(engine: Engine, execution: Execution): Promise<void> {
  const at = now(engine)
  execution.status = 'RUNNING'
  execution.redriveCount += 1
  execution.redrivenAt = at
  delete execution.stop
  delete execution.error
  delete execution.cause
  execution.unsaved.row = 'changed'
  append(execution, at, execution.lastEvent, 'ExecutionRedriven', { redriveCount: execution.redriveCount })
  for (const thread of [...execution.threads.values()]) {
    if (thread.phase.kind === 'done') continue
    const forks = thread.phase.kind === 'fork' && childrenOf(execution, thread).length > 0
    if (!forks) thread.phase = { kind: 'ready' }
    thread.retries = []
    changed(execution, thread)
  }
  const saved = new Promise<void>((resolve, reject) => {
    execution.unsaved.effects.push({ done: resolve, failed: reject })
  })
  engine.journal.touch(execution)
  resume(engine, execution)
  return saved
}
