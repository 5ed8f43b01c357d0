import { fill } from '../jsonata/template.ts'
import type { ParallelState } from '../language/machine.ts'
import { branchOff, dropChildren, outputs } from './children.ts'
import { now, stateMachineArn, type Engine } from './engine.ts'
import type { Execution, Thread } from './execution.ts'
import { leave } from './leave.ts'
import { append, payload, record } from './record.ts'
import { bindings } from './scope.ts'

/** Begins all branches, each with the state's input or its Arguments. */
export async function beginParallel(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: ParallelState,
): Promise<void> {
  const scope = bindings(execution, thread, stateMachineArn(engine, execution))
  const input = state.arguments ? await fill(state.arguments, scope) : thread.input
  payload(input, state.name)
  const started = record(execution, thread, now(engine), 'ParallelStateStarted')
  thread.phase = { kind: 'fork', started }
  for (const [index, branch] of state.branches.entries())
    branchOff(execution, thread, index, branch.startAt, input, started)
}

/** Goes on behind the state, as `child` was the last of its branches. */
export async function leaveParallel(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: ParallelState,
  child: Thread,
  children: readonly Thread[],
): Promise<void> {
  thread.previous = child.previous
  append(execution, now(engine), thread.previous, 'ParallelStateSucceeded')
  const result = outputs(children)
  dropChildren(execution, thread)
  await leave(engine, execution, thread, state, state.next, { result })
}
