import type { Json } from '../json.ts'
import type { TaskState } from '../language/machine.ts'
import { dataLimitExceeded, heartbeatTimeout, StateError, timeout } from '../stateError.ts'
import { alarm, changed, now, silence, watch, type Engine } from './engine.ts'
import { stateOf, type Execution, type TaskPhase, type Thread } from './execution.ts'
import { fail } from './failure.ts'
import { leave } from './leave.ts'
import { payload, record } from './record.ts'
import { inState } from './states.ts'
import { step } from './steps.ts'

/** Characters of a cause that the history keeps. */
const longestCause = 32_768

/** Whether the thread still waits for this attempt. */
export function isCurrent(execution: Execution, thread: Thread, token: string): boolean {
  return (
    execution.threads.get(thread.id) === thread &&
    thread.phase.kind === 'task' &&
    thread.phase.token === token
  )
}

export async function succeed(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  result: Json,
): Promise<void> {
  const state = taskOf(execution, thread)
  over(engine, execution, thread)
  const { kind, resourceType, resource, arn } = state.resource
  let output: string
  try {
    output = payload(result, kind === 'function' ? arn : resourceType)
  } catch {
    return taskFailed(engine, execution, thread, dataLimitExceeded(kind === 'function' ? arn : resourceType))
  }
  if (kind === 'function') record(execution, thread, now(engine), 'LambdaFunctionSucceeded', { output })
  else record(execution, thread, now(engine), 'TaskSucceeded', { resourceType, resource, output })
  watch(engine, execution, 'TaskSucceeded', { state: state.name })
  await inState(engine, execution, thread, () =>
    leave(engine, execution, thread, state, state.next, { result }),
  )
}

export async function taskFailed(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  failure: StateError,
): Promise<void> {
  const { resource: what, name } = taskOf(execution, thread)
  over(engine, execution, thread)
  const { error } = failure
  const cause = failure.cause?.slice(0, longestCause)
  const timedOut = error === 'States.Timeout'
  const event = timedOut ? 'TimedOut' : 'Failed'
  if (what.kind === 'function')
    record(execution, thread, now(engine), `LambdaFunction${event}`, { error, cause })
  else {
    const { resourceType, resource } = what
    record(execution, thread, now(engine), `Task${event}`, { resourceType, resource, error, cause })
  }
  watch(engine, execution, `Task${event}`, { state: name, ...(cause !== undefined && { cause }) }, error)
  await fail(engine, execution, thread, new StateError(error, cause, failure.alsoKnownAs))
}

function taskOf(execution: Execution, thread: Thread): TaskState {
  const state = stateOf(execution, thread)
  if (state.type !== 'Task') throw new Error(`${state.name} is no Task`)
  return state
}

/** The attempt is over: nothing of it may come in any more. */
function over(engine: Engine, execution: Execution, thread: Thread): void {
  silence(engine, execution, `thread ${thread.id}`)
  thread.phase = { kind: 'ready' }
  changed(execution, thread)
}

/** Sets the alarm for time-out or missed heartbeat, whichever comes first. */
export function armTask(engine: Engine, execution: Execution, thread: Thread, phase: TaskPhase): void {
  const { due = Infinity, heartbeatDue = Infinity, token } = phase
  const first = Math.min(due, heartbeatDue)
  if (first === Infinity) return
  const failure = heartbeatDue < due ? heartbeatTimeout() : timeout()
  alarm(engine, execution, `thread ${thread.id}`, first, () => {
    void step(engine, execution, async () => {
      if (isCurrent(execution, thread, token)) await taskFailed(engine, execution, thread, failure)
    })
  })
}

/** A sign of life: the next one may take as long again. */
export function heartbeat(engine: Engine, execution: Execution, thread: Thread): void {
  if (thread.phase.kind !== 'task' || thread.phase.heartbeat === undefined) return
  const phase = { ...thread.phase, heartbeatDue: now(engine) + thread.phase.heartbeat }
  thread.phase = phase
  changed(execution, thread)
  armTask(engine, execution, thread, phase)
}
