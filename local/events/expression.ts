/** When a schedule fires: the first time strictly after `after`, undefined when never again. Milliseconds since the epoch. */
export type Next = (after: number) => number | undefined

export interface ExpressionOptions {
  /** What a rate counts from. */
  readonly anchor: number
  /** IANA name; UTC when absent. */
  readonly timezone?: string | undefined
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Reads `rate(…)`, `cron(…)` and, for EventBridge Scheduler, `at(…)`. Throws an Error that names the expression. */
export function parseExpression(text: string, options: ExpressionOptions): Next {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text.trim()) ?? []
  try {
    if (kind === 'rate') return rate(inner, options.anchor)
    if (kind === 'cron') return cron(inner, options.timezone ?? 'UTC')
    if (kind === 'at') return once(inner, options.timezone ?? 'UTC')
  } catch (error) {
    throw new Error(`ScheduleExpression ${text} is not valid: ${error instanceof Error ? error.message : ''}`)
  }
  throw new Error(`ScheduleExpression ${text} is not valid: it must be rate(...), cron(...) or at(...)`)
}

function rate(inner: string, anchor: number): Next {
  const [, digits = '', unit = '', plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(inner.trim()) ?? []
  const value = Number(digits)
  const period = value * (units[unit] ?? 0)
  if (!(period > 0) || (value === 1) !== (plural === ''))
    throw new Error('a rate is a value and a unit, such as 5 minutes')
  return (after) => anchor + Math.max(0, Math.floor((after - anchor) / period) + 1) * period
}

function once(inner: string, timezone: string): Next {
  const [, year, month, day, hour, minute, second] = (
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(inner) ?? []
  ).map(Number)
  if (year === undefined) throw new Error('at takes yyyy-mm-ddThh:mm:ss')
  const local = Date.UTC(year, (month ?? 1) - 1, day, hour, minute, second)
  const at = utcOf(local, timezone) ?? local
  return (after) => (at > after ? at : undefined)
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

function cron(inner: string, timezone: string): Next {
  const [minute, hour, day, month, weekday, year, ...more] = inner.trim().split(/\s+/)
  if (
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined
  )
    throw new Error('cron takes six fields')
  if (year === undefined || more.length > 0) throw new Error('cron takes six fields')
  if ((day === '?') === (weekday === '?')) throw new Error('one of day-of-month and day-of-week must be ?')
  const minutes = values(minute, 0, 59)
  const hours = values(hour, 0, 23)
  const inMonth = new Set(values(month, 1, 12, months, 1))
  const inYear = new Set(values(year, 1970, 2199))
  const onDay = day === '?' ? weekdayTest(weekday) : dayTest(day)

  return (after) => {
    const start = new Date(localOf(after, timezone))
    for (let ahead = 0; ahead < 366 * 60; ahead++) {
      const date = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate() + ahead))
      if (!inYear.has(date.getUTCFullYear()) || !inMonth.has(date.getUTCMonth() + 1) || !onDay(date)) continue
      for (const h of hours)
        for (const m of minutes) {
          const at = utcOf(date.getTime() + (h * 60 + m) * 60_000, timezone)
          if (at !== undefined && at > after) return at
        }
    }
    return undefined
  }
}

/** The values of a field, in order: lists, ranges, steps, `*`, names. */
function values(
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
  first = 0,
): number[] {
  const number = (part: string): number => {
    const named = names.indexOf(part.toUpperCase())
    const value = named >= 0 ? named + first : /^\d+$/.test(part) ? Number(part) : NaN
    if (!(value >= least && value <= most)) throw new Error(`${part} is not from ${least} to ${most}`)
    return value
  }
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/')
    const [from = '', to] = range.split('-')
    const start = range === '*' ? least : number(from)
    const end = to !== undefined ? number(to) : range === '*' || step !== undefined ? most : start
    const by = step === undefined ? 1 : Number(step)
    if (!Number.isInteger(by) || by < 1) throw new Error(`${part} has no valid step`)
    for (let value = start; value <= end; value += by) found.add(value)
  }
  return [...found].sort((a, b) => a - b)
}

function lastDay(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
}

/** Day of month: also `L` (last), `15W` (the weekday nearest to the 15th). */
function dayTest(text: string): (date: Date) => boolean {
  if (text === 'L') return (date) => date.getUTCDate() === lastDay(date)
  const nearest = /^(\d+)W$/.exec(text)?.[1]
  if (nearest !== undefined) return (date) => date.getUTCDate() === nearestWeekday(date, Number(nearest))
  const days = new Set(values(text, 1, 31))
  return (date) => days.has(date.getUTCDate())
}

function nearestWeekday(date: Date, day: number): number {
  const last = lastDay(date)
  const wanted = Math.min(day, last)
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay()
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1
  if (weekday === 0) return wanted === last ? wanted - 2 : wanted + 1
  return wanted
}

/** Day of week, 1 = Sunday: also `5L` (the last Thursday), `3#2` (the second Tuesday). */
function weekdayTest(text: string): (date: Date) => boolean {
  const one = (part: string): number => (values(part, 1, 7, weekdays, 1)[0] ?? 1) - 1
  const last = /^(.+)L$/.exec(text)?.[1]
  if (last !== undefined)
    return (date) => date.getUTCDay() === one(last) && date.getUTCDate() > lastDay(date) - 7
  const [, named, nth] = /^(.+)#([1-5])$/.exec(text) ?? []
  if (named !== undefined)
    return (date) => date.getUTCDay() === one(named) && Math.ceil(date.getUTCDate() / 7) === Number(nth)
  const days = new Set(values(text === 'L' ? '7' : text, 1, 7, weekdays, 1))
  return (date) => days.has(date.getUTCDay() + 1)
}

/** The clock on the wall of a time zone at `utc`, as if it were UTC. */
function localOf(utc: number, timezone: string): number {
  return timezone === 'UTC' ? utc : utc + offsetAt(utc, timezone)
}

/** When a time zone's clock shows `local`; undefined for an hour that is skipped. */
function utcOf(local: number, timezone: string): number | undefined {
  if (timezone === 'UTC') return local
  for (const guess of [
    local - offsetAt(local - 86_400_000, timezone),
    local - offsetAt(local + 86_400_000, timezone),
  ])
    if (guess + offsetAt(guess, timezone) === local) return guess
  return undefined
}

function offsetAt(utc: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    timeZoneName: 'longOffset',
  }).formatToParts(utc)
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const [, sign, hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
