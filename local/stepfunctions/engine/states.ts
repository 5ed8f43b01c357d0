import { fill, wrongType, type Template } from '../jsonata/template.ts'
import type { ChoiceState, FailState, State, WaitState } from '../language/machine.ts'
import { QueryError, StateError } from '../stateError.ts'
import { alarm, changed, now, stateMachineArn, watch, type Engine } from './engine.ts'
import type { Execution, Thread } from './execution.ts'
import { stateOf } from './execution.ts'
import { fail, failThread } from './failure.ts'
import { beginMap } from './map.ts'
import { beginParallel } from './parallel.ts'
import { leave } from './leave.ts'
import { append, payload, record } from './record.ts'
import { bindings } from './scope.ts'
import { wake } from './steps.ts'
import { beginTask } from './task.ts'

/** Enters the thread's state, or goes on in it after a wait or for a retry. */
export async function runState(engine: Engine, execution: Execution, thread: Thread): Promise<void> {
  const state = stateOf(execution, thread)
  const before = thread.previous
  const entering = thread.entered === undefined
  changed(execution, thread)
  try {
    if (entering) enter(engine, execution, thread, state)
    await run(engine, execution, thread, state)
  } catch (error) {
    // AWS lets the event follow what led to the state, but for Wait.
    const previous = entering && state.type !== 'Wait' ? before : thread.previous
    await failed(engine, execution, thread, error, previous)
  }
}

/** Goes on in a state with `work`; what it throws is the state's failure. */
export async function inState(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    await failed(engine, execution, thread, error, thread.previous)
  }
}

async function failed(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  error: unknown,
  previous: number,
): Promise<void> {
  if (!(error instanceof StateError)) throw error
  await fail(engine, execution, thread, located(engine, execution, thread, error, previous))
}

/** Puts a failed evaluation into the history; its cause names the state. */
export function located(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  error: StateError,
  previous: number,
): StateError {
  if (!(error instanceof QueryError)) return error
  const event = thread.entered?.event ?? 0
  const cause = `An error occurred while executing the state '${thread.state}' (entered at the event id #${event}). ${error.cause ?? ''}`
  const details = { error: error.error, cause, location: error.location, state: thread.state }
  thread.previous = append(execution, now(engine), previous, 'EvaluationFailed', details)
  return new StateError(error.error, cause)
}

function enter(engine: Engine, execution: Execution, thread: Thread, state: State): void {
  const at = now(engine)
  const event = record(execution, thread, at, `${state.type}StateEntered`, {
    name: state.name,
    input: payload(thread.input, state.name),
  })
  thread.entered = { event, at }
  watch(engine, execution, 'StateEntered', { state: state.name })
}

async function run(engine: Engine, execution: Execution, thread: Thread, state: State): Promise<void> {
  switch (state.type) {
    case 'Task':
      return beginTask(engine, execution, thread, state)
    case 'Parallel':
      return beginParallel(engine, execution, thread, state)
    case 'Map':
      return beginMap(engine, execution, thread, state)
    case 'Choice':
      return choose(engine, execution, thread, state)
    case 'Wait':
      return thread.phase.kind === 'wait'
        ? leave(engine, execution, thread, state, state.next)
        : wait(engine, execution, thread, state)
    case 'Pass':
      return leave(engine, execution, thread, state, state.next)
    case 'Succeed':
      return leave(engine, execution, thread, { assign: undefined, output: state.output }, undefined)
    case 'Fail':
      return failState(engine, execution, thread, state)
  }
}

async function choose(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: ChoiceState,
): Promise<void> {
  const scope = bindings(execution, thread, stateMachineArn(engine, execution))
  for (const [at, rule] of state.choices.entries()) {
    const holds = await fill(rule.condition, scope)
    if (typeof holds !== 'boolean')
      throw wrongType(rule.condition, `Choices[${at}]/Condition`, 'boolean', holds)
    if (holds) return leave(engine, execution, thread, rule, rule.next)
  }
  if (state.default !== undefined) return leave(engine, execution, thread, state, state.default)
  const cause = `An error occurred while executing the state '${state.name}' (entered at the event id #${thread.entered?.event ?? 0}). Failed to transition out of the state. The state does not point to a next state.`
  // States.NoChoiceMatched is reserved for later use, says the Developer Guide.
  throw new StateError('States.Runtime', cause)
}

async function wait(engine: Engine, execution: Execution, thread: Thread, state: WaitState): Promise<void> {
  const scope = bindings(execution, thread, stateMachineArn(engine, execution))
  const until = state.seconds
    ? now(engine) + (await wholeNumber(state.seconds, 'Seconds', scope, 0)) * 1000
    : await timestamp(state.timestamp, scope)
  thread.phase = { kind: 'wait', until }
  alarm(engine, execution, `thread ${thread.id}`, until, () => wake(engine, execution, thread, 'wait'))
}

/** A whole number of seconds, items or the like that is not below `least`. */
export async function wholeNumber(
  from: Template,
  field: string,
  scope: Readonly<Record<string, unknown>>,
  least: number,
): Promise<number> {
  const value = await fill(from, scope)
  if (typeof value !== 'number') throw wrongType(from, field, 'number', value)
  if (!Number.isInteger(value) || value < least || value > 99_999_999)
    throw new QueryError(
      `The ${field} field must be an integer between ${least} and 99999999, but was ${value}`,
      field,
    )
  return value
}

async function timestamp(
  from: Template | undefined,
  scope: Readonly<Record<string, unknown>>,
): Promise<number> {
  const text = (await textOf(from, 'Timestamp', scope)) ?? ''
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : NaN
  if (Number.isNaN(at))
    throw new QueryError(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
      'Timestamp',
    )
  return at
}

async function failState(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: FailState,
): Promise<void> {
  const scope = bindings(execution, thread, stateMachineArn(engine, execution))
  const [error, cause] = await Promise.all([
    textOf(state.error, 'Error', scope),
    textOf(state.cause, 'Cause', scope),
  ])
  await failThread(engine, execution, thread, new StateError(error, cause))
}

async function textOf(
  from: Template | undefined,
  field: string,
  scope: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  if (!from) return undefined
  const value = await fill(from, scope)
  if (typeof value !== 'string') throw wrongType(from, field, 'string', value)
  return value
}
