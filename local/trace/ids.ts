import type { Activity } from '../aws/activity.ts'

/** ULIDs, UUIDs and task tokens, wherever in a text they stand. */
const idPattern =
  /(?<![0-9a-z])(?:[0-7][0-9a-hjkmnp-tv-z]{25}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-z])|(?<=taskToken\\*"?:\\*")[^"\\]+/gi

/** Members of AWS requests and answers whose elements have nothing to do with each other. */
const batches = new Set(['Records', 'Messages', 'Entries'])

/** More ids than this in one thing make it a list of things, which says nothing of any of them. */
const most = 16

/**
 * The ids an activity is about, in groups: ids of one group belong together, as the id of a message and the one its
 * body names do. Each element of a batch is a group of its own. Empty when no id is to be found.
 */
export function idsOf({ service, subject, input, output }: Activity): string[][] {
  const common = new Set<string>()
  if (service === 'states' && subject !== undefined) common.add(subject)
  const groups: Set<string>[] = []
  collect(input, common, groups, true)
  // A list in an answer is a list of whatever was found.
  if (groups.length === 0) collect(output, common, groups, false)
  const found = groups.length === 0 ? [common] : groups
  return found.filter(({ size }) => size > 0 && size <= most).map((ids) => [...ids])
}

function collect(value: unknown, into: Set<string>, groups: Set<string>[], lists: boolean): void {
  if (typeof value === 'string') {
    const batch = batchIn(value)
    if (batch !== undefined) collect(batch, into, groups, lists)
    else if (value.length >= 26) for (const [id] of value.matchAll(idPattern)) into.add(id)
  } else if (Array.isArray(value)) {
    if (lists) for (const each of value) collect(each, into, groups, lists)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      if (name === 'taskToken' && typeof each === 'string') into.add(each)
      else if (batches.has(name) && Array.isArray(each)) {
        for (const element of each) {
          const group = new Set<string>()
          collect(element, group, [], true)
          groups.push(group)
        }
      } else collect(each, into, groups, lists)
    }
  }
}

/** What a function is invoked with for a batch of records. */
function batchIn(text: string): unknown {
  if (!text.startsWith('{"Records":[')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
