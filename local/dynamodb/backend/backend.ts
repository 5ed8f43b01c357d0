import type { Input } from '../../aws/service.ts'

/** What keeps tables and items, and answers DynamoDB's operations. */
export interface Backend {
  /** Rejects with an Error of one clear line when it cannot be used. */
  start(): Promise<void> | void
  /** One call; `target` as in X-Amz-Target. Throws or rejects with an AwsError. */
  send(target: string, input: Input): Promise<object> | object
  /** Removes what is no longer to be kept; answers the tables of which items expired. */
  upkeep(): Promise<readonly string[]>
  stop(): Promise<void> | void
}
