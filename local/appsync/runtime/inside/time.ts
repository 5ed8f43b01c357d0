import { formatDate } from './dateFormat.ts'
import { parseDate } from './dateParse.ts'
import { host } from './host.ts'

/** `util.time`. Patterns are those of Java's DateTimeFormatter; the zone is UTC unless one is named. */
export const time = {
  nowISO8601: (): string => iso(host().now()),
  nowEpochSeconds: (): number => Math.floor(host().now() / 1000),
  nowEpochMilliSeconds: (): number => host().now(),
  nowFormatted: (pattern: string, zone?: string): string => formatDate(host().now(), pattern, zone),
  parseFormattedToEpochMilliSeconds: parseDate,
  parseISO8601ToEpochMilliSeconds(text: string): number {
    const instant = isoDate.test(text) ? Date.parse(text) : Number.NaN
    if (Number.isNaN(instant)) throw new Error(`Text '${text}' could not be parsed`)
    return instant
  },
  epochMilliSecondsToSeconds: (milliseconds: number): number => Math.floor(milliseconds / 1000),
  epochMilliSecondsToISO8601: iso,
  epochMilliSecondsToFormatted: formatDate,
}

const isoDate = /^[-+]?\d{4,6}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?$/

function iso(instant: number): string {
  return new Date(instant).toISOString()
}
