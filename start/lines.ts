import type { Activity } from '../local/aws/activity.ts'
import type { Entry, Journal } from '../local/trace/journal.ts'
import { bold, paint } from './screen.ts'
import { mainId, tell, type Kind, type Told } from './story.ts'

/** Milliseconds for which lines are gathered: what began first stands first, and many are one write. */
const gather = 50

/** Pushes that are remembered until the line of their status comes. */
const mostPushes = 1_000

/** What writes down all that happens, for the terminal and for traces. */
export interface Watcher {
  see(activity: Activity): void
  /** From now on lines are shown. */
  show(): void
  /** Writes what is left. */
  close(): void
}

export interface WatcherOptions {
  readonly lines: 'readable' | 'json' | 'none'
  readonly journal: Journal
  readonly print: (text: string) => void
}

export function createWatcher({ lines, journal, print }: WatcherOptions): Watcher {
  let shown = false
  let waiting: Entry[] = []
  let timer: NodeJS.Timeout | undefined
  const pushes = new Map<string, string>()

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const text = waiting
      .sort((one, other) => timeOf(one) - timeOf(other))
      .map((entry) => (lines === 'json' ? jsonLine(entry) : readableLine(entry)))
      .join('')
    waiting = []
    if (text !== '') print(text)
  }

  /** Says of a change of status what became of its push, which came just before. */
  function withPush(told: Told): Told {
    if (told.kind === 'push' && told.detail) {
      if (pushes.size >= mostPushes) pushes.clear()
      const [status, ...readers] = told.detail.split(' ')
      pushes.set(`${mainId(told)} ${status ?? ''}`, readers.join(' '))
    }
    if (told.kind !== 'status') return told
    const key = `${mainId(told)} ${told.what.split(' ').at(-1) ?? ''}`
    const readers = pushes.get(key)
    pushes.delete(key)
    return readers === undefined ? told : { ...told, detail: `pushed ${readers}` }
  }

  return {
    see(activity) {
      for (const told of tell(activity)) {
        const { minor, instant, ...rest } = withPush(told)
        const { at, took, requestId } = activity
        const request = requestId === undefined ? {} : { request: requestId }
        const times = instant ? { at: at + (took ?? 0) } : { at, ...(took === undefined ? {} : { took }) }
        const entry: Entry = { ...times, service: activity.service, ...rest, ...request }
        if (entry.ids.length > 0 || entry.request !== undefined) journal.write(entry)
        if (!shown || minor || lines === 'none') continue
        waiting.push(entry)
        timer ??= setTimeout(flush, gather)
      }
    },
    show: () => void (shown = true),
    close() {
      flush()
      journal.close()
    },
  }
}

/** When a line belongs: a request is told from its begin on, all else once it is done. */
function timeOf({ kind, at, took = 0 }: Entry): number {
  return kind === 'request' ? at : at + took
}

const colours: Readonly<Record<Kind, (text: string) => string>> = {
  request: paint(36),
  step: paint(34),
  message: paint(35),
  function: paint(33),
  status: paint(32),
  push: paint(32),
  notice: paint(35),
  data: paint(2),
  event: paint(33),
}

/** Longer ids show their end, by which they can be traced, too. */
const idWidth = 26

function readableLine(entry: Entry): string {
  const id = mainId(entry) || (entry.error === undefined ? '' : (entry.request ?? ''))
  return `${clock(timeOf(entry))}  ${id.slice(-idWidth).padEnd(idWidth)}  ${account(entry)}\n`
}

/** Kind, what, how long it took, and what else there is to say. */
export function account({ kind, what, detail = '', error, took }: Entry): string {
  const time = took === undefined ? '' : `${took.toFixed(took < 10 ? 1 : 0)} ms`
  const trouble = error === undefined ? '' : paint(31)(error)
  const tail = [detail, trouble].filter((part) => part !== '').join('  ')
  const name = kind === 'status' ? bold(what.padEnd(34)) : what.padEnd(34)
  return `${colours[kind as Kind](kind.padEnd(8))}  ${name}${time.padStart(9)}  ${tail}`.trimEnd()
}

function jsonLine(entry: Entry): string {
  const { at, ids, took, ...rest } = entry
  const rounded = took === undefined ? {} : { took: Number(took.toFixed(1)) }
  return `${JSON.stringify({ at: new Date(at).toISOString(), id: mainId({ ids }), ...rest, ...rounded })}\n`
}

const clock = (at: number): string => {
  const time = new Date(at)
  return `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, '0')}`
}
