import { changed, type Engine } from './engine.ts'
import { childrenOf, stateOf, type Execution, type Thread } from './execution.ts'
import { joinMap } from './map.ts'
import { leaveParallel } from './parallel.ts'
import { inState } from './states.ts'

/** A branch or iteration is through: its state goes on with the next, or is left when it was the last. */
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
    if (state.type === 'Parallel' && over)
      await leaveParallel(engine, execution, parent, state, child, children)
    if (state.type === 'Map') await joinMap(engine, execution, parent, state, child, children, over)
  })
}
