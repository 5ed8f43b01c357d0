import type { Json } from '../json.ts'
import type { Bindings } from '../jsonata/expression.ts'
import type { Execution, Thread } from './execution.ts'
import { threadOf } from './execution.ts'

/** What `$states` has beyond input and context, and what the context has beyond the execution. */
export interface Extra {
  readonly result?: Json
  readonly errorOutput?: Json
  readonly token?: string
  readonly item?: { readonly index: number; readonly value: Json }
}

/** Everything an expression of the thread's current state can see. */
export function bindings(
  execution: Execution,
  thread: Thread,
  stateMachineArn: string,
  extra: Extra = {},
): Bindings {
  const { result, errorOutput } = extra
  return {
    ...variablesInScope(execution, thread),
    states: {
      input: thread.input,
      ...(result !== undefined && { result }),
      ...(errorOutput !== undefined && { errorOutput }),
      // Made only when an expression asks for it.
      get context() {
        return contextObject(execution, thread, stateMachineArn, extra)
      },
    },
  }
}

/** Variables of the threads above, covered by the thread's own. */
function variablesInScope(execution: Execution, thread: Thread): Record<string, Json> {
  const outer =
    thread.parent === undefined ? {} : variablesInScope(execution, threadOf(execution, thread.parent))
  return { ...outer, ...thread.variables }
}

const inputs = new WeakMap<Execution, Json>()

function executionInput(execution: Execution): Json {
  const known = inputs.get(execution)
  if (known !== undefined) return known
  const input = JSON.parse(execution.input) as Json
  inputs.set(execution, input)
  return input
}

/** Developer Guide, "Accessing execution data from the Context object". */
function contextObject(execution: Execution, thread: Thread, stateMachineArn: string, extra: Extra): object {
  const item = extra.item ?? itemOf(execution, thread)
  return {
    Execution: {
      Id: execution.arn,
      Input: executionInput(execution),
      Name: execution.name,
      RoleArn: execution.revision.roleArn,
      StartTime: new Date(execution.start).toISOString(),
      RedriveCount: execution.redriveCount,
      ...(execution.redrivenAt !== undefined && {
        RedriveTime: new Date(execution.redrivenAt).toISOString(),
      }),
    },
    StateMachine: { Id: stateMachineArn, Name: execution.machine },
    State: {
      Name: thread.state,
      EnteredTime: new Date(thread.entered?.at ?? execution.start).toISOString(),
      RetryCount: thread.retries.reduce((sum, each) => sum + each, 0),
    },
    ...(extra.token !== undefined && { Task: { Token: extra.token } }),
    ...(item && { Map: { Item: { Index: item.index, Value: item.value } } }),
  }
}

/** The item of the innermost Map around the thread. */
function itemOf(execution: Execution, thread: Thread): { index: number; value: Json } | undefined {
  if (thread.parent === undefined) return undefined
  const parent = threadOf(execution, thread.parent)
  if (parent.phase.kind !== 'fork' || !parent.phase.items) return itemOf(execution, parent)
  return { index: thread.index, value: parent.phase.items[thread.index] ?? null }
}
