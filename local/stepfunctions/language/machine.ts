import type { Template } from '../jsonata/template.ts'
import type { Resource } from './resource.ts'

/** A state machine made ready to run. */
export interface Machine {
  /** An execution that runs longer ends as TIMED_OUT. */
  readonly timeoutSeconds: number | undefined
  readonly region: Region
}

/** A set of states that transitions stay within: the machine's own, a branch of Parallel, the processor of Map. */
export interface Region {
  readonly startAt: string
  readonly states: ReadonlyMap<string, State>
}

export type State =
  TaskState | ChoiceState | PassState | WaitState | ParallelState | MapState | SucceedState | FailState

/** What a state leaves behind. */
export interface Leaving {
  readonly assign: Template | undefined
  readonly output: Template | undefined
}

interface Named {
  readonly name: string
}

interface Continuing extends Named, Leaving {
  /** Undefined: the state ends its region. */
  readonly next: string | undefined
}

interface Failing {
  readonly retry: readonly Retrier[]
  readonly catch: readonly Catcher[]
}

export interface TaskState extends Continuing, Failing {
  readonly type: 'Task'
  readonly resource: Resource
  readonly arguments: Template | undefined
  readonly timeoutSeconds: Template | undefined
  readonly heartbeatSeconds: Template | undefined
}

export interface ChoiceState extends Named, Leaving {
  readonly type: 'Choice'
  readonly choices: readonly (Leaving & { readonly condition: Template; readonly next: string })[]
  readonly default: string | undefined
}

export interface PassState extends Continuing {
  readonly type: 'Pass'
}

export interface WaitState extends Continuing {
  readonly type: 'Wait'
  readonly seconds: Template | undefined
  readonly timestamp: Template | undefined
}

export interface ParallelState extends Continuing, Failing {
  readonly type: 'Parallel'
  readonly arguments: Template | undefined
  readonly branches: readonly Region[]
}

export interface MapState extends Continuing, Failing {
  readonly type: 'Map'
  readonly items: Template | undefined
  readonly itemSelector: Template | undefined
  readonly maxConcurrency: Template | undefined
  readonly toleratedFailureCount: Template | undefined
  readonly toleratedFailurePercentage: Template | undefined
  readonly processor: Region
}

export interface SucceedState extends Named {
  readonly type: 'Succeed'
  readonly output: Template | undefined
}

export interface FailState extends Named {
  readonly type: 'Fail'
  readonly error: Template | undefined
  readonly cause: Template | undefined
}

export interface Retrier {
  readonly errorEquals: readonly string[]
  readonly intervalSeconds: number
  readonly maxAttempts: number
  readonly backoffRate: number
  readonly maxDelaySeconds: number | undefined
  readonly jitter: 'FULL' | 'NONE'
}

export interface Catcher extends Leaving {
  readonly errorEquals: readonly string[]
  readonly next: string
}
