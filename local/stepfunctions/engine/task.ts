import type { Json } from '../json.ts'
import { fill } from '../jsonata/template.ts'
import { callIntegration } from '../integrations/call.ts'
import type { TaskState } from '../language/machine.ts'
import { dataLimitExceeded, heartbeatTimeout, StateError, timeout } from '../stateError.ts'
import { afterwards, alarm, changed, now, silence, stateMachineArn, watch, type Engine } from './engine.ts'
import { stateOf, type Execution, type TaskPhase, type Thread } from './execution.ts'
import { fail } from './failure.ts'
import { leave } from './leave.ts'
import { payload, record } from './record.ts'
import { bindings } from './scope.ts'
import { inState, wholeNumber } from './states.ts'
import { step } from './steps.ts'
import { taskToken } from './token.ts'

/** Characters of a cause that the history keeps. */
const longestCause = 32_768

/** Schedules an attempt. It is called once that is on disk, so the token is known before anyone can answer it. */
export async function beginTask(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: TaskState,
): Promise<void> {
  const { resource } = state
  const token = taskToken(execution.id, thread.id)
  const extra = resource.waitForTaskToken ? { token } : {}
  const scope = bindings(execution, thread, stateMachineArn(engine, execution), extra)
  const [given, seconds, heartbeatSeconds] = await Promise.all([
    state.arguments ? fill(state.arguments, scope) : thread.input,
    state.timeoutSeconds && wholeNumber(state.timeoutSeconds, 'TimeoutSeconds', scope, 1),
    state.heartbeatSeconds && wholeNumber(state.heartbeatSeconds, 'HeartbeatSeconds', scope, 1),
  ])
  const parameters = payload(given, state.name)
  const at = now(engine)
  if (resource.kind === 'function') {
    const details = { resource: resource.arn, input: parameters, timeoutInSeconds: seconds }
    record(execution, thread, at, 'LambdaFunctionScheduled', details)
    record(execution, thread, at, 'LambdaFunctionStarted')
  } else {
    const about = { resourceType: resource.resourceType, resource: resource.resource }
    record(execution, thread, at, 'TaskScheduled', {
      ...about,
      region: engine.context.place.region,
      parameters,
      timeoutInSeconds: seconds,
      heartbeatInSeconds: heartbeatSeconds,
    })
    record(execution, thread, at, 'TaskStarted', about)
  }
  const phase: TaskPhase = {
    kind: 'task',
    token,
    arguments: given,
    ...(seconds !== undefined && { due: at + seconds * 1000 }),
    ...(heartbeatSeconds !== undefined && {
      heartbeat: heartbeatSeconds * 1000,
      heartbeatDue: at + heartbeatSeconds * 1000,
    }),
  }
  thread.phase = phase
  armTask(engine, execution, thread, phase)
  afterwards(execution, () => submit(engine, execution, thread, state, phase))
}

/** Calls the integration; its answer, when the attempt still counts, is the next step. */
export function submit(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: TaskState,
  phase: TaskPhase,
): void {
  if (engine.stopped || thread.phase !== phase) return
  const principal = { kind: 'role', roleArn: execution.revision.roleArn, session: execution.name } as const
  const answered = (work: () => Promise<void>): void => {
    void step(engine, execution, async () => {
      if (isCurrent(execution, thread, phase.token)) await work()
    })
  }
  callIntegration(engine.context, state.resource, phase.arguments, principal, engine.abort.signal).then(
    (result) => {
      answered(async () => {
        if (state.resource.waitForTaskToken) submitted(engine, execution, thread, state, result)
        else await succeed(engine, execution, thread, result)
      })
    },
    (error: unknown) => {
      answered(() => taskFailed(engine, execution, thread, asStateError(error)))
    },
  )
}

function asStateError(error: unknown): StateError {
  if (error instanceof StateError) return error
  return new StateError('States.TaskFailed', error instanceof Error ? error.message : String(error))
}

/** Whether the thread still waits for this attempt. */
export function isCurrent(execution: Execution, thread: Thread, token: string): boolean {
  return (
    execution.threads.get(thread.id) === thread &&
    thread.phase.kind === 'task' &&
    thread.phase.token === token
  )
}

function submitted(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: TaskState,
  result: Json,
): void {
  if (thread.phase.kind !== 'task') return
  const { resourceType, resource } = state.resource
  record(execution, thread, now(engine), 'TaskSubmitted', {
    resourceType,
    resource,
    output: JSON.stringify(result),
  })
  thread.phase = { ...thread.phase, submitted: true }
  changed(execution, thread)
  watch(engine, execution, 'TaskSubmitted', { state: state.name })
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
      if (isDue(engine, execution, thread, token)) await taskFailed(engine, execution, thread, failure)
    })
  })
}

/** A heartbeat may have come in while the alarm's step waited for its turn. */
function isDue(engine: Engine, execution: Execution, thread: Thread, token: string): boolean {
  if (!isCurrent(execution, thread, token) || thread.phase.kind !== 'task') return false
  const { due = Infinity, heartbeatDue = Infinity } = thread.phase
  return Math.min(due, heartbeatDue) <= now(engine)
}

/** A sign of life: the next one may take as long again. */
export function heartbeat(engine: Engine, execution: Execution, thread: Thread): void {
  if (thread.phase.kind !== 'task' || thread.phase.heartbeat === undefined) return
  const phase = { ...thread.phase, heartbeatDue: now(engine) + thread.phase.heartbeat }
  thread.phase = phase
  changed(execution, thread)
  armTask(engine, execution, thread, phase)
}
