import type { Principal } from './principal.ts'

/** One thing that happened, for people and tests that watch. */
export interface Activity {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `dynamodb`, `appsync`, `states`, … */
  readonly service: string
  /** What: an API action (`TransactWriteItems`), or an event of the service (`TaskStateEntered`, `invoke`, `publish`). */
  readonly what: string
  /** What it happened to: a table, function, queue, execution or field. */
  readonly subject?: string
  readonly principal?: Principal
  readonly input?: object
  /** What was answered, when it is small; absent for failures. */
  readonly output?: object
  /** AWS error code, when it failed. */
  readonly error?: string
  /** What the error said. */
  readonly message?: string
  /** The id by which AWS's logs and answers know the request. */
  readonly requestId?: string
  /** Milliseconds it took, when it took any. */
  readonly took?: number
}
