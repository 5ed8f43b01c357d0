import { follow } from '../local/trace/follow.ts'
import { readJournal } from '../local/trace/journal.ts'
import { account } from './lines.ts'
import { bold, dim } from './screen.ts'

/** What the journal in `data` knows of an id, as lines; throws an Error of one line when that is nothing. */
export function trace(data: string, id: string): string {
  const entries = follow(readJournal(data), id)
  const [first] = entries
  if (first === undefined)
    throw new Error(
      `Nothing is known of ${id} in ${data}: give an id that was in use lately, or its last 6 characters or more.`,
    )
  const lines = entries.map((entry) => {
    const offset = `${((entry.at - first.at) / 1000).toFixed(3)} s`.padStart(11)
    return `${offset}  ${entry.service.padEnd(8)}  ${account(entry)}`
  })
  return `\n  ${bold(id)}  ${dim(`from ${new Date(first.at).toISOString()}`)}\n\n${lines.join('\n')}\n`
}
