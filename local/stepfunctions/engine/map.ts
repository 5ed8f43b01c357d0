import type { Json } from '../json.ts'
import { fill, wrongType, type Template } from '../jsonata/template.ts'
import type { MapState } from '../language/machine.ts'
import { StateError } from '../stateError.ts'
import { branchOff, dropChildren, outputs } from './children.ts'
import { now, stateMachineArn, type Engine } from './engine.ts'
import { childrenOf, type Execution, type MapLimits, type Thread } from './execution.ts'
import { leave } from './leave.ts'
import { append, record } from './record.ts'
import { bindings } from './scope.ts'
import { wholeNumber } from './states.ts'

/** As many iterations as an inline Map runs side by side when MaxConcurrency sets no limit. */
const mostConcurrent = 40

/** Begins as many iterations as may run side by side, one for each item. */
export async function beginMap(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: MapState,
): Promise<void> {
  const scope = bindings(execution, thread, stateMachineArn(engine, execution))
  const items = state.items ? await fill(state.items, scope) : thread.input
  if (!isList(items))
    throw wrongType(state.items ?? { kind: 'constant', value: items }, 'Items', 'array', items)
  const [concurrency, toleratedCount, toleratedPercentage] = await Promise.all([
    optional(state.maxConcurrency, 'MaxConcurrency', scope),
    optional(state.toleratedFailureCount, 'ToleratedFailureCount', scope),
    state.toleratedFailurePercentage && percentage(state.toleratedFailurePercentage, scope),
  ])
  const limits: MapLimits = {
    concurrency: Math.min(
      concurrency === undefined || concurrency === 0 ? mostConcurrent : concurrency,
      mostConcurrent,
    ),
    ...(toleratedCount !== undefined && { toleratedCount }),
    ...(toleratedPercentage !== undefined && { toleratedPercentage }),
  }
  const started = record(execution, thread, now(engine), 'MapStateStarted', { length: items.length })
  thread.phase = { kind: 'fork', started, items, limits }
  if (items.length === 0) await leaveMap(engine, execution, thread, state, [])
  else await iterate(engine, execution, thread, state, started)
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

async function optional(
  from: Template | undefined,
  field: string,
  scope: Readonly<Record<string, unknown>>,
): Promise<number | undefined> {
  return from && wholeNumber(from, field, scope, 0)
}

async function percentage(from: Template, scope: Readonly<Record<string, unknown>>): Promise<number> {
  const value = await fill(from, scope)
  if (typeof value !== 'number' || value < 0 || value > 100)
    throw wrongType(from, 'ToleratedFailurePercentage', 'number between 0 and 100', value)
  return value
}

/** Starts as many iterations as may run now; they follow the event `previous`. */
async function iterate(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: MapState,
  previous: number,
): Promise<void> {
  if (thread.phase.kind !== 'fork' || !thread.phase.items) return
  const { items, limits } = thread.phase
  const all = childrenOf(execution, thread)
  const running = all.filter((each) => each.phase.kind !== 'done' && each.phase.kind !== 'failed').length
  const first = all.length
  const last = Math.min(items.length, first + (limits?.concurrency ?? mostConcurrent) - running)
  for (let index = first; index < last; index++) {
    const event = append(execution, now(engine), previous, 'MapIterationStarted', { name: state.name, index })
    const input = await selected(engine, execution, thread, state, index, items[index] ?? null)
    branchOff(execution, thread, index, state.processor.startAt, input, event)
  }
}

async function selected(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: MapState,
  index: number,
  value: Json,
): Promise<Json> {
  if (!state.itemSelector) return value
  return fill(
    state.itemSelector,
    bindings(execution, thread, stateMachineArn(engine, execution), { item: { index, value } }),
  )
}

/** An iteration is through: starts what waits for its place, or goes on behind the state when it was the last. */
export async function joinMap(
  engine: Engine,
  execution: Execution,
  parent: Thread,
  state: MapState,
  child: Thread,
  children: readonly Thread[],
  over: boolean,
): Promise<void> {
  const last = child.previous
  if (child.phase.kind === 'done') {
    const details = { name: state.name, index: child.index }
    parent.previous = append(execution, now(engine), last, 'MapIterationSucceeded', details)
  }
  const length = parent.phase.kind === 'fork' ? (parent.phase.items?.length ?? 0) : 0
  if (children.length < length) await iterate(engine, execution, parent, state, last)
  else if (over) await leaveMap(engine, execution, parent, state, outputs(children))
}

async function leaveMap(
  engine: Engine,
  execution: Execution,
  thread: Thread,
  state: MapState,
  result: Json,
): Promise<void> {
  append(execution, now(engine), thread.previous, 'MapStateSucceeded')
  dropChildren(execution, thread)
  await leave(engine, execution, thread, state, state.next, { result })
}

/** Answers the failure of the whole Map, or undefined while failures stay within what is tolerated. */
export function iterationFailed(
  engine: Engine,
  execution: Execution,
  parent: Thread,
  child: Thread,
  failure: StateError,
): StateError | undefined {
  append(execution, now(engine), child.previous, 'MapIterationFailed', {
    name: parent.state,
    index: child.index,
  })
  if (parent.phase.kind !== 'fork' || !parent.phase.items) return failure
  const { toleratedCount: count, toleratedPercentage: percentage } = parent.phase.limits ?? {}
  if (count === undefined && percentage === undefined) return failure
  const failed = childrenOf(execution, parent).filter((each) => each.phase.kind === 'failed').length
  const tooMany = failed > (count ?? (percentage === undefined ? 0 : Infinity))
  const tooLarge = percentage !== undefined && (failed * 100) / parent.phase.items.length > percentage
  if (!tooMany && !tooLarge) return undefined
  return new StateError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  )
}
