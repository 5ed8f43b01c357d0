import { AwsError } from '../../aws/error.ts'
import { records, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { queryErrorCode } from '../errors.ts'

const mostEntries = 10

/** The entries of a batch request; throws what SQS answers when the batch as a whole cannot be. */
export function batchEntries(input: Input): Input[] {
  const entries = records(input.Entries)
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > mostEntries)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${mostEntries}. You have sent ${entries.length}.`,
    )
  const seen = new Set<string>()
  for (const entry of entries) {
    const id = text(entry, 'Id') ?? ''
    if (!/^[\w-]{1,80}$/.test(id))
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      )
    if (seen.has(id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`)
    seen.add(id)
  }
  return entries
}

/** Runs `work` for each entry; a failure of one is its entry under `Failed` and stops no other. */
export function eachEntry(
  entries: Input[],
  work: (entry: Input) => object,
): { Successful: object[]; Failed: object[] } {
  const successful: object[] = []
  const failed: object[] = []
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...work(entry) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      failed.push({
        Id: entry.Id,
        SenderFault: true,
        Code: queryErrorCode(error.code),
        Message: error.message,
      })
    }
  }
  return { Successful: successful, Failed: failed }
}
