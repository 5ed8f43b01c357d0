import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** One line of the journal: what is shown of an activity, and the ids by which it is found. */
export interface Entry {
  /** Milliseconds since the epoch at which it began. */
  readonly at: number
  /** Milliseconds. */
  readonly took?: number
  readonly service: string
  readonly kind: string
  readonly what: string
  readonly detail?: string
  readonly error?: string
  /** In groups: see idsOf. */
  readonly ids: readonly (readonly string[])[]
  /** Id of the request, which is about all of them. */
  readonly request?: string
}

export interface Journal {
  /** Notes an entry; it is on disk within a fifth of a second. */
  write(entry: Entry): void
  /** Writes what is still to be written. */
  close(): void
}

/** Bytes of a file before the next is begun; the one before is kept. */
const usualLimit = 32 * 1024 * 1024

/** Milliseconds for which entries are gathered: one write for many. */
const gather = 200

const folderOf = (data: string): string => join(data, 'trace')
const current = (data: string): string => join(folderOf(data), 'journal.jsonl')
const previous = (data: string): string => join(folderOf(data), 'journal.1.jsonl')

/**
 * What happened, as lines of JSON in two files of bounded length, for other processes to read. A help, not a record:
 * the last entries before a kill may be missing, and nothing is told of a full disk.
 */
export function openJournal(data: string, limit = usualLimit): Journal {
  mkdirSync(folderOf(data), { recursive: true })
  const file = current(data)
  let bytes = existsSync(file) ? statSync(file).size : 0
  let lines: string[] = []
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (lines.length === 0) return
    const text = lines.join('')
    lines = []
    try {
      if (bytes > limit) {
        renameSync(file, previous(data))
        bytes = 0
      }
      // A line that a kill cut short would swallow the next one.
      appendFileSync(file, `\n${text}`, { mode: 0o600 })
      bytes += text.length
    } catch {
      // The cloud goes on without.
    }
  }

  return {
    write(entry) {
      lines.push(`${JSON.stringify(entry)}\n`)
      timer ??= setTimeout(flush, gather).unref()
    },
    close: flush,
  }
}

/** Every entry there is, oldest first. */
export function readJournal(data: string): Entry[] {
  return [previous(data), current(data)].filter(existsSync).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          return line === '' ? [] : [JSON.parse(line) as Entry]
        } catch {
          return []
        }
      }),
  )
}
