import { randomBytes } from 'node:crypto'
import type { CloudContext } from '../../../aws/context.ts'
import { AwsError } from '../../../aws/error.ts'
import type { Principal } from '../../../aws/principal.ts'
import type { SourceCall, SourceOutcome } from '../dataSource.ts'
import { isMap, type Fields } from '../request.ts'
import type { PageTokens } from './pageTokens.ts'

/** What every operation works with. */
export interface Table {
  readonly name: string
  readonly principal: Principal
  readonly context: CloudContext
  readonly tokens: PageTokens
  /** Calls DynamoDB as the data source's role. */
  call(action: string, input: object): Promise<Fields>
}

/** One operation of the DynamoDB data source, by the name request objects use. */
export type Operation = (request: Fields, table: Table, by: SourceCall) => Promise<SourceOutcome>

export function openTable(
  name: string,
  principal: Principal,
  context: CloudContext,
  tokens: PageTokens,
): Table {
  return {
    name,
    principal,
    context,
    tokens,
    async call(action, input) {
      const answer = await context.call('dynamodb', action, input, principal)
      return isMap(answer) ? answer : {}
    },
  }
}

const requestIdLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** A failed call as AppSync shows it in `ctx.error`; `result` is what `ctx.result` is then. Other errors pass on. */
export function failure(error: unknown, result: unknown = null): SourceOutcome {
  if (!(error instanceof AwsError)) throw error
  const requestId = Array.from(randomBytes(52), (byte) => requestIdLetters[byte % 36]).join('')
  const about = `Service: AmazonDynamoDBv2; Status Code: ${error.status}; Error Code: ${error.code}; Request ID: ${requestId}`
  return { result, error: { message: `${error.message} (${about})`, type: `DynamoDB:${error.code}` } }
}
