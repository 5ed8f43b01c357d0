import { datePattern, months, type PatternPart } from './datePattern.ts'
import { fixedOffset, instantOf } from './zones.ts'

interface Fields {
  year: number
  month: number
  date: number
  dayOfYear?: number
  hour: number
  minute: number
  second: number
  millisecond: number
  halfDay: boolean
  pm: boolean
  zone?: string
}

/** Milliseconds since the epoch of a text by a pattern of Java's DateTimeFormatter; throws when it does not fit. */
export function parseDate(text: string, pattern: string, zone = 'UTC'): number {
  const fields: Fields = {
    year: 1970,
    month: 1,
    date: 1,
    hour: 0,
    minute: 0,
    second: 0,
    millisecond: 0,
    halfDay: false,
    pm: false,
  }
  let at = 0
  for (const part of datePattern(pattern)) {
    const length =
      part.letter === undefined ? literal(text, at, part.text) : field(text.slice(at), part, fields)
    if (length === undefined) throw new Error(`Text '${text}' could not be parsed at index ${at}`)
    at += length
  }
  if (at < text.length)
    throw new Error(`Text '${text}' could not be parsed, unparsed text found at index ${at}`)
  return instantOf(localTime(fields), fields.zone ?? zone)
}

function localTime({
  year,
  month,
  date,
  dayOfYear,
  hour,
  minute,
  second,
  millisecond,
  halfDay,
  pm,
}: Fields): number {
  const hours = halfDay ? (hour % 12) + (pm ? 12 : 0) : hour
  return dayOfYear === undefined
    ? Date.UTC(year, month - 1, date, hours, minute, second, millisecond)
    : Date.UTC(year, 0, dayOfYear, hours, minute, second, millisecond)
}

function literal(text: string, at: number, expected: string): number | undefined {
  return text.startsWith(expected, at) ? expected.length : undefined
}

/** Reads one field from the start of the text; answers how long it was. */
function field(text: string, { letter = '', count }: PatternPart, fields: Fields): number | undefined {
  const digits = (least: number, most: number, set: (value: number) => void): number | undefined => {
    const [found] = new RegExp(`^[-+]?\\d{${least},${most}}`).exec(text) ?? []
    if (found === undefined) return undefined
    set(Number(found))
    return found.length
  }
  const two = (set: (value: number) => void): number | undefined => digits(count === 1 ? 1 : count, 2, set)
  switch (letter) {
    case 'y':
    case 'u':
    case 'Y':
      if (count === 2) return digits(2, 2, (value) => (fields.year = 2000 + value))
      return digits(count < 4 ? 1 : 4, count < 4 ? 9 : count, (value) => (fields.year = value))
    case 'M':
    case 'L':
      return count < 3 ? two((value) => (fields.month = value)) : monthName(text, count, fields)
    case 'd':
      return two((value) => (fields.date = value))
    case 'D':
      return digits(count, 3, (value) => (fields.dayOfYear = value))
    case 'E':
      return /^[A-Za-z]+/.exec(text)?.[0].length
    case 'H':
    case 'k':
      return two((value) => (fields.hour = value % 24))
    case 'h':
    case 'K':
      fields.halfDay = true
      return two((value) => (fields.hour = value))
    case 'm':
      return two((value) => (fields.minute = value))
    case 's':
      return two((value) => (fields.second = value))
    case 'S':
      return digits(count, count, (value) => (fields.millisecond = Math.floor(value / 10 ** (count - 3))))
    case 'n':
      return digits(count, 9, (value) => (fields.millisecond = Math.floor(value / 1_000_000)))
    case 'a':
      fields.pm = /^pm/i.test(text)
      return /^[ap]m/i.test(text) ? 2 : undefined
    default:
      return zoneField(text, letter, fields)
  }
}

function monthName(text: string, count: number, fields: Fields): number | undefined {
  for (const [at, name] of months.entries()) {
    const expected = count === 3 ? name.slice(0, 3) : name
    if (!text.toLowerCase().startsWith(expected.toLowerCase())) continue
    fields.month = at + 1
    return expected.length
  }
  return undefined
}

function zoneField(text: string, letter: string, fields: Fields): number | undefined {
  const pattern = 'XxZ'.includes(letter)
    ? /^(?:Z|(?:GMT)?[-+]\d{2}(?::?\d{2})?)/
    : /^[A-Za-z_]+(?:\/[A-Za-z_/+-]+\d*)?|^[-+]\d{2}:?\d{2}/
  const [found] = pattern.exec(text) ?? []
  if (found === undefined) return undefined
  fields.zone = found
  return fixedOffset(found) === undefined && 'XxZ'.includes(letter) ? undefined : found.length
}
