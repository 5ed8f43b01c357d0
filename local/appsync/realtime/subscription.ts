import type { Caller } from '../api.ts'
import type { GraphQLRequest } from '../query/execute.ts'
import type { Run } from '../query/run.ts'
import type { FilterGroups } from './filter.ts'

/** One `start` that was acknowledged. */
export interface Subscription {
  /** The client's id of it. */
  readonly id: string
  /** Field of the Subscription type. */
  readonly field: string
  readonly request: GraphQLRequest
  readonly caller: Caller
  readonly document: Run['document']
  readonly variables: Run['variables']
  /** The same for subscriptions that get the same payload from the same event. */
  readonly selectionKey: string
  readonly filter: FilterGroups
  /** Its resolver set the filter: AppSync then drops what is a list as a whole. */
  readonly filteredByResolver: boolean
  readonly invalidation: FilterGroups | undefined
  /** Sends a frame that is text already. */
  send(frame: string): void
  /** Ends it from the server's side. */
  end(): void
}
