import type { Engine } from './engine/engine.ts'
import type { Execution, Revision } from './engine/execution.ts'
import type { Expression } from './jsonata/expression.ts'
import type { Serves } from './language/check.ts'
import type { Machines } from './store/machines.ts'
import type { ExecutionRecord, Records } from './store/records.ts'

/** What the API's actions work with. */
export interface States {
  readonly engine: Engine
  readonly deployed: Machines
  readonly read: Records
  readonly compile: (source: string) => Expression
  readonly serves: Serves
  readonly revision: (id: number) => Revision
  readonly nextId: () => number
  readonly revive: (row: ExecutionRecord) => Execution
}
