import type { Json } from '../json.ts'
import { fill } from '../jsonata/template.ts'
import { callIntegration } from '../integrations/call.ts'
import type { TaskState } from '../language/machine.ts'
import { StateError } from '../stateError.ts'
import { afterwards, changed, now, stateMachineArn, watch, type Engine } from './engine.ts'
import type { Execution, TaskPhase, Thread } from './execution.ts'
import { payload, record } from './record.ts'
import { bindings } from './scope.ts'
import { wholeNumber } from './states.ts'
import { step } from './steps.ts'
import { armTask, isCurrent, succeed, taskFailed } from './taskOutcome.ts'
import { taskToken } from './token.ts'

/** Schedules an attempt. It is called once that is on disk, so the token is known before anyone can answer it. */
export async function beginTask(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: TaskState,
): Promise<void> {
  const token = taskToken(execution.id, thread.id)
  const extra = state.resource.waitForTaskToken ? { token } : {}
  const scope = bindings(execution, thread, stateMachineArn(engine, execution), extra)
  const [given, seconds, heartbeatSeconds] = await Promise.all([
    state.arguments ? fill(state.arguments, scope) : thread.input,
    state.timeoutSeconds && wholeNumber(state.timeoutSeconds, 'TimeoutSeconds', scope, 1),
    state.heartbeatSeconds && wholeNumber(state.heartbeatSeconds, 'HeartbeatSeconds', scope, 1),
  ])
  const at = now(engine)
  recordScheduled(engine, execution, thread, state, {
    parameters: payload(given, state.name),
    timeoutInSeconds: seconds,
    heartbeatInSeconds: heartbeatSeconds,
  })
  const heartbeat = heartbeatSeconds === undefined ? undefined : heartbeatSeconds * 1000
  const phase: TaskPhase = {
    kind: 'task',
    token,
    arguments: given,
    ...(seconds !== undefined && { due: at + seconds * 1000 }),
    ...(heartbeat !== undefined && { heartbeat, heartbeatDue: at + heartbeat }),
  }
  thread.phase = phase
  armTask(engine, execution, thread, phase)
  afterwards(execution, () => submit(engine, execution, thread, state, phase))
}

interface Scheduling {
  /** JSON text. */
  readonly parameters: string
  readonly timeoutInSeconds: number | undefined
  readonly heartbeatInSeconds: number | undefined
}

/** Scheduled and started in one: nothing lies between the two here. */
function recordScheduled(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  { resource: { kind, arn, resourceType, resource } }: TaskState,
  { parameters, ...limits }: Scheduling,
): void {
  const at = now(engine)
  if (kind === 'function') {
    const { timeoutInSeconds } = limits
    record(execution, thread, at, 'LambdaFunctionScheduled', {
      resource: arn,
      input: parameters,
      timeoutInSeconds,
    })
    record(execution, thread, at, 'LambdaFunctionStarted')
    return
  }
  const { region } = engine.context.place
  record(execution, thread, at, 'TaskScheduled', { resourceType, resource, region, parameters, ...limits })
  record(execution, thread, at, 'TaskStarted', { resourceType, resource })
}

/** Calls the integration; its answer, when the attempt still counts, is the next step. */
export function submit(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: TaskState,
  phase: TaskPhase,
): void {
  if (engine.held || engine.stopped || thread.phase !== phase) return
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
      if (engine.held) return
      answered(() => taskFailed(engine, execution, thread, asStateError(error)))
    },
  )
}

function asStateError(error: unknown): StateError {
  if (error instanceof StateError) return error
  return new StateError('States.TaskFailed', error instanceof Error ? error.message : String(error))
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
