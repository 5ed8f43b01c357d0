import type { Entry } from './journal.ts'

/**
 * The entries that have to do with `id` (the whole of one, or its end), in the order they began: those that name it,
 * and those that name an id which stands together with it, and so on.
 */
export function follow(entries: readonly Entry[], id: string): Entry[] {
  const groups = entries.flatMap((entry) => entry.ids.map((ids) => ({ entry, ids })))
  const byId = Map.groupBy(
    groups.flatMap((group) => group.ids.map((each) => ({ each, group }))),
    ({ each }) => each,
  )
  const requests = entries.filter(({ request }) => request !== undefined && matches(request, id))
  const known = new Set([
    ...[...byId.keys()].filter((each) => matches(each, id)),
    ...requests.flatMap(({ ids }) => ids.flat()),
  ])
  const found = new Set<Entry>(requests)
  for (const each of known)
    for (const { group } of byId.get(each) ?? []) {
      found.add(group.entry)
      for (const other of group.ids) known.add(other)
    }
  return [...found].sort((one, other) => one.at - other.at)
}

/** Characters by which the end of an id is told from that of another. */
const fewest = 6

function matches(known: string, asked: string): boolean {
  const [one, other] = [known.toLowerCase(), asked.toLowerCase()]
  return one === other || (other.length >= fewest && one.endsWith(other)) || other.endsWith(`:${one}`)
}
