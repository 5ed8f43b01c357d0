import type { Json } from '../json.ts'
import { changed, now, silence, type Engine } from './engine.ts'
import { childrenOf, makeReady, stateOf, type Execution, type Thread } from './execution.ts'
import { append } from './record.ts'

/** Begins the branch or iteration `index` of a thread at a state; it follows the event `previous`. */
export function branchOff(
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

/** Results in the order of branches or items; a tolerated failure leaves none. */
export function outputs(children: readonly Thread[]): Json {
  return [...children]
    .sort((a, b) => a.index - b.index)
    .flatMap((each) => (each.phase.kind === 'done' ? [each.phase.output] : []))
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
