import type { Json } from '../json.ts'
import { fill, wrongType, type Template } from '../jsonata/template.ts'
import type { MapState, ParallelState } from '../language/machine.ts'
import { StateError } from '../stateError.ts'
import { changed, now, silence, stateMachineArn, type Engine } from './engine.ts'
import { childrenOf, makeReady, stateOf, type Execution, type MapLimits, type Thread } from './execution.ts'
import { append, payload, record } from './record.ts'
import { bindings } from './scope.ts'
import { inState, wholeNumber } from './states.ts'
import { leave } from './leave.ts'

/** As many iterations as an inline Map runs side by side when MaxConcurrency sets no limit. */
const mostConcurrent = 40

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

function branchOff(
  execution: Execution,
  parent: Thread,
  index: number,
  state: string,
  input: Json,
  previous: number,
): void {
  const thread: Thread = {
    id: execution.nextThread++,
    parent: parent.id,
    index,
    state,
    input,
    variables: {},
    previous,
    retries: [],
    phase: { kind: 'ready' },
  }
  execution.threads.set(thread.id, thread)
  changed(execution, thread)
  makeReady(execution, thread)
}

/** A branch or iteration is through: starts what waits for its place, or goes on behind the state when it was the last. */
export async function join(
  engine: Engine,
  execution: Execution,
  parent: Thread,
  child: Thread,
): Promise<void> {
  const state = stateOf(execution, parent)
  if (parent.phase.kind !== 'fork') return
  changed(execution, child)
  const children = childrenOf(execution, parent)
  const over = children.every((each) => each.phase.kind === 'done' || each.phase.kind === 'failed')
  await inState(engine, execution, parent, async () => {
    if (state.type === 'Parallel' && over) {
      parent.previous = child.previous
      append(execution, now(engine), parent.previous, 'ParallelStateSucceeded')
      const result = outputs(children)
      dropChildren(execution, parent)
      await leave(engine, execution, parent, state, state.next, { result })
    } else if (state.type === 'Map') await joinMap(engine, execution, parent, state, child, children, over)
  })
}

async function joinMap(
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

/** Results in the order of branches or items; a tolerated failure leaves none. */
function outputs(children: readonly Thread[]): Json {
  return [...children]
    .sort((a, b) => a.index - b.index)
    .flatMap((each) => (each.phase.kind === 'done' ? [each.phase.output] : []))
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

/** Ends what the branches or iterations are doing, as another one failed. */
export function stopChildren(engine: Engine, execution: Execution, parent: Thread): void {
  for (const child of childrenOf(execution, parent)) {
    if (child.phase.kind === 'done' || child.phase.kind === 'failed') continue
    stopChildren(engine, execution, child)
    silence(engine, execution, `thread ${child.id}`)
    child.phase = { kind: 'ready' }
    changed(execution, child)
    const { type } = stateOf(execution, child)
    if (child.entered) append(execution, now(engine), child.previous, `${type}StateAborted`)
    if (stateOf(execution, parent).type === 'Map')
      append(execution, now(engine), child.previous, 'MapIterationAborted', {
        name: parent.state,
        index: child.index,
      })
  }
}

/** Forgets the threads of branches or iterations, and of those within. */
export function dropChildren(execution: Execution, parent: Thread): void {
  for (const child of childrenOf(execution, parent)) {
    dropChildren(execution, child)
    changed(execution, child)
    execution.threads.delete(child.id)
  }
}
