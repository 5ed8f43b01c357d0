import { parsed } from '../../aws/input.ts'
import { isObject } from '../properties.ts'

/**
 * The ids of the items a function reports as failed. `all` when Lambda takes the whole batch as failed: an answer it
 * cannot read, or an id that is empty or not of the batch.
 */
export function failedItems(payload: string, ids: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  const answer = parsed(payload)
  if (answer === null || answer === '') return new Set()
  if (!isObject(answer)) return 'all'
  const failures = answer.batchItemFailures
  if (failures === undefined || failures === null) return new Set()
  if (!Array.isArray(failures)) return 'all'
  const failed = new Set<string>()
  for (const failure of failures as unknown[]) {
    const id = isObject(failure) ? failure.itemIdentifier : undefined
    if (typeof id !== 'string' || !ids.has(id)) return 'all'
    failed.add(id)
  }
  return failed
}
