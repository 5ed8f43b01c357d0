import { AwsError } from '../../../aws/error.ts'
import { record, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { invalid, invalidMembers } from '../errors.ts'
import type { RowKey } from '../keys.ts'
import { broken } from '../members.ts'

/** Items a transaction may have. */
const most = 100

/** The items of a transaction. Throws a ValidationException when there are none or too many. */
export function transactItems({ TransactItems: given }: Input): Input[] {
  const items: unknown[] = Array.isArray(given) ? given : []
  const problem = (value: string, constraint: string): Error =>
    invalidMembers([broken(value, 'transactItems', constraint)])
  if (!Array.isArray(given)) throw problem('null', 'Member must not be null')
  if (items.length === 0) throw problem("'[]'", 'Member must have length greater than or equal to 1')
  if (items.length > most)
    throw problem(
      `'[${items.map(() => 'TransactItem').join(', ')}]'`,
      `Member must have length less than or equal to ${most}`,
    )
  return items.map((item) => record(item) ?? {})
}

/** Runs `attempt` for each; when any fails for the item's sake, the transaction is cancelled with the reasons of all. */
export function attempts<T, Result>(all: readonly T[], attempt: (one: T, at: number) => Result): Result[] {
  const results: Result[] = []
  const reasons = all.map((one, at): Input => {
    try {
      results.push(attempt(one, at))
      return { Code: 'None' }
    } catch (error) {
      return reason(error)
    }
  })
  if (results.length === all.length) return results
  const codes = reasons.map((each) => text(each, 'Code')).join(', ')
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  )
}

const codes: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
}

function reason(error: unknown): Input {
  const Code = error instanceof AwsError ? codes[error.code] : undefined
  if (!(error instanceof AwsError) || Code === undefined) throw error
  return { Code, Message: error.message, ...error.members }
}

/** Refuses a transaction that has an item twice; `tables` and `keys` say where each stands. */
export function refuseRepeats(tables: readonly string[], keys: readonly (RowKey | undefined)[]): void {
  const ids = keys.flatMap((key, at) =>
    key ? [`${tables[at] ?? ''} ${key.partition.toString('base64')} ${key.sort.toString('base64')}`] : [],
  )
  if (new Set(ids).size < ids.length)
    throw invalid('Transaction request cannot include multiple operations on one item')
}

/** The place that `locate` finds; a key that is none is told later, as the reason of its item. */
export function located(locate: () => RowKey): RowKey | undefined {
  try {
    return locate()
  } catch {
    return undefined
  }
}
