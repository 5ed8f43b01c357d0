import { bytes, isObject, payloadLimit, type Json, type JsonObject } from '../json.ts'
import { fill } from '../jsonata/template.ts'
import type { Leaving } from '../language/machine.ts'
import { StateError } from '../stateError.ts'
import { end } from './end.ts'
import { changed, now, stateMachineArn, watch, type Engine } from './engine.ts'
import { moveTo, stateOf, threadOf, type Execution, type Thread } from './execution.ts'
import { join } from './join.ts'
import { payload, record } from './record.ts'
import { bindings, type Extra } from './scope.ts'

/** All variables of an execution together. */
const variablesLimit = 10 * 1024 * 1024

/**
 * Leaves the thread's state for `next`, or ends the thread. Assign and Output both see the variables as they were
 * before; without Output the state's output is the error, the result or the input, whichever there is.
 */
export async function leave(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  by: Leaving,
  next: string | undefined,
  extra: Extra = {},
): Promise<void> {
  const state = stateOf(execution, thread)
  changed(execution, thread)
  const scope =
    (by.assign ?? by.output) ? bindings(execution, thread, stateMachineArn(engine, execution), extra) : {}
  const [assigned, output] = await Promise.all([
    by.assign ? fill(by.assign, scope) : undefined,
    by.output ? fill(by.output, scope) : (extra.errorOutput ?? extra.result ?? thread.input),
  ])
  const text = payload(output, state.name)
  const assignedVariables = isObject(assigned) ? assign(execution, thread, assigned) : undefined
  record(execution, thread, now(engine), `${state.type}StateExited`, {
    name: state.name,
    output: text,
    assignedVariables,
  })
  watch(engine, execution, 'StateExited', { state: state.name, ...(next !== undefined && { next }) })
  if (next === undefined) await finishThread(engine, execution, thread, output, text)
  else moveTo(execution, thread, next, output)
}

/** Sets the variables; answers them as the history shows them. */
function assign(execution: Execution, thread: Thread, assigned: JsonObject): JsonObject {
  const shown = Object.fromEntries(
    Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]),
  )
  const sizes = Object.values(shown).map(bytes)
  if (sizes.reduce((sum, each) => sum + each, 0) > payloadLimit)
    throw new StateError(
      'States.DataLimitExceeded',
      `The variables assigned by the state '${thread.state}' exceed the maximum number of bytes service limit.`,
    )
  thread.variables = { ...thread.variables, ...assigned }
  const all = [...execution.threads.values()]
  if (all.length === 1 || sizes.some((each) => each > 1024)) {
    const total = all.reduce((sum, each) => sum + JSON.stringify(each.variables).length, 0)
    if (total > variablesLimit)
      throw new StateError(
        'States.DataLimitExceeded',
        'The variables of the execution exceed the maximum number of bytes service limit.',
      )
  }
  return shown
}

async function finishThread(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  output: Json,
  text: string,
): Promise<void> {
  if (thread.parent === undefined) {
    end(engine, execution, 'SUCCEEDED', { output: text, previous: thread.previous })
    return
  }
  thread.phase = { kind: 'done', output }
  await join(engine, execution, threadOf(execution, thread.parent), thread)
}
