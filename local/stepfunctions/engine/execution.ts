import type { Json, JsonObject } from '../json.ts'
import type { Machine, Region, State } from '../language/machine.ts'

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

/** What an execution runs with from its start to its end, whatever is deployed meanwhile. */
export interface Revision {
  readonly id: number
  readonly machine: string
  readonly definition: string
  readonly roleArn: string
  readonly logging: Observation
  readonly compiled: Machine
}

/** What a machine tells of its executions. */
export interface Observation {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF'
  readonly includeExecutionData: boolean
  /** Names of the log groups. */
  readonly groups: readonly string[]
  /** X-Ray. Described, with no effect here. */
  readonly tracing: boolean
}

/** An event of the history, as the store keeps it. Its number is its place in the history. */
export interface Event {
  readonly type: string
  readonly previous: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly details?: JsonObject
}

/** What a thread is doing. Everything here is kept on disk. */
export type Phase =
  /** Runs on as soon as it gets to. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'retry'; readonly until: number }
  | TaskPhase
  /** Waits for the threads of its branches or iterations. */
  | {
      readonly kind: 'fork'
      readonly started: number
      readonly items?: readonly Json[]
      readonly limits?: MapLimits
    }
  | { readonly kind: 'done'; readonly output: Json }
  | { readonly kind: 'failed' }

export interface TaskPhase {
  readonly kind: 'task'
  /** Names this attempt; the task token, where the task waits for one. */
  readonly token: string
  readonly arguments: Json
  /** When the attempt times out. */
  readonly due?: number
  /** Milliseconds that may pass between two heartbeats, and when the next one is missed. */
  readonly heartbeat?: number
  readonly heartbeatDue?: number
  /** The integration took the request; only the token's answer is missing. Never submitted twice. */
  readonly submitted?: boolean
}

export interface MapLimits {
  readonly concurrency: number
  readonly toleratedCount?: number
  readonly toleratedPercentage?: number
}

/** One line of control: the execution's own (0), or that of a branch or iteration. */
export interface Thread {
  readonly id: number
  readonly parent?: number
  /** Which branch or iteration of the parent's state. */
  readonly index: number
  state: string
  input: Json
  /** Its own; those of the threads above it are in scope too. */
  variables: JsonObject
  /** Number of the event that led here. */
  previous: number
  /** Set while inside the state. `event` is the number of the StateEntered event. */
  entered?: { readonly event: number; readonly at: number }
  /** Retries used, by retrier. */
  retries: readonly number[]
  phase: Phase
}

export interface Execution {
  readonly id: number
  readonly machine: string
  readonly name: string
  readonly arn: string
  readonly revision: Revision
  /** As the caller wrote it. */
  readonly input: string
  readonly start: number
  status: Status
  stop?: number
  output?: string
  error?: string
  cause?: string
  redriveCount: number
  redrivenAt?: number
  readonly threads: Map<number, Thread>
  nextThread: number
  /** Number of the last event. */
  lastEvent: number
  /** What the next write has to bring to disk. */
  readonly unsaved: Unsaved
  /** Steps of one execution run one after the other; the last one queued. */
  tail: Promise<void>
  /** Threads that can run on, in their order. */
  readonly ready: Thread[]
  /** A step is halfway: nothing of it may be written yet. */
  busy: boolean
}

export interface Unsaved {
  /** The row of the execution itself. */
  row: 'new' | 'changed' | 'saved'
  events: Event[]
  readonly threads: Set<number>
  /** Done once all of the above is on disk. */
  effects: Effect[]
}

export interface Effect {
  readonly done: () => void
  /** Somebody waits for an acknowledgement and is told that it cannot be given. */
  readonly failed?: (error: unknown) => void
}

function regionOf(execution: Execution, thread: Thread): Region {
  if (thread.parent === undefined) return execution.revision.compiled.region
  const parent = threadOf(execution, thread.parent)
  const fork = stateOf(execution, parent)
  const region =
    fork.type === 'Map' ? fork.processor : fork.type === 'Parallel' ? fork.branches[thread.index] : undefined
  if (!region) throw new Error(`${fork.name} has no branch ${thread.index}`)
  return region
}

export function stateOf(execution: Execution, thread: Thread): State {
  const state = regionOf(execution, thread).states.get(thread.state)
  if (!state) throw new Error(`No state ${thread.state} in ${execution.machine}`)
  return state
}

export function threadOf(execution: Execution, id: number): Thread {
  const thread = execution.threads.get(id)
  if (!thread) throw new Error(`No thread ${id} in ${execution.arn}`)
  return thread
}

export function childrenOf(execution: Execution, parent: Thread): Thread[] {
  return [...execution.threads.values()].filter((each) => each.parent === parent.id)
}

/** The thread runs on in this step. */
export function makeReady(execution: Execution, thread: Thread): void {
  thread.phase = { kind: 'ready' }
  if (!execution.ready.includes(thread)) execution.ready.push(thread)
}

export function moveTo(execution: Execution, thread: Thread, state: string, input: Json): void {
  thread.state = state
  thread.input = input
  delete thread.entered
  thread.retries = []
  makeReady(execution, thread)
}
