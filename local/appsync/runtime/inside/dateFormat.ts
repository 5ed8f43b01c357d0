import { datePattern, day, months, weekdays, type PatternPart } from './datePattern.ts'
import { offsetAt } from './zones.ts'

/** An instant (milliseconds since the epoch) by a pattern of Java's DateTimeFormatter, in a zone. */
export function formatDate(instant: number, pattern: string, zone = 'UTC'): string {
  const offset = offsetAt(instant, zone)
  const local = new Date(instant + offset)
  let text = ''
  for (const part of datePattern(pattern))
    text += part.letter ? fieldText(part, local, offset, zone) : part.text
  return text
}

function fieldText({ letter = '', count }: PatternPart, local: Date, offset: number, zone: string): string {
  const hour = local.getUTCHours()
  switch (letter) {
    case 'y':
    case 'u':
      return yearText(local.getUTCFullYear(), count)
    case 'Y':
      return yearText(weekYear(local), count)
    case 'M':
    case 'L':
      return nameOrNumber(months[local.getUTCMonth()] ?? '', local.getUTCMonth() + 1, count)
    case 'd':
      return padded(local.getUTCDate(), count)
    case 'D':
      return padded(Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / day) + 1, count)
    case 'E': {
      const name = weekdays[local.getUTCDay()] ?? ''
      return count < 4 ? name.slice(0, 3) : name
    }
    case 'a':
      return hour < 12 ? 'AM' : 'PM'
    case 'H':
      return padded(hour, count)
    case 'k':
      return padded(hour === 0 ? 24 : hour, count)
    case 'K':
      return padded(hour % 12, count)
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12, count)
    case 'm':
      return padded(local.getUTCMinutes(), count)
    case 's':
      return padded(local.getUTCSeconds(), count)
    case 'S':
      return padded(local.getUTCMilliseconds(), 3).padEnd(count, '0').slice(0, count)
    case 'n':
      return padded(local.getUTCMilliseconds() * 1_000_000, count)
    case 'V':
    case 'z':
      return zone
    default:
      return offsetText(letter, count, offset)
  }
}

function yearText(year: number, count: number): string {
  return count === 2 ? padded(year % 100, 2) : padded(year, count)
}

/** The year of the week, weeks from Sunday on as in the United States. */
function weekYear(local: Date): number {
  const saturday = new Date(local.getTime() + (6 - local.getUTCDay()) * day)
  return saturday.getUTCFullYear()
}

function nameOrNumber(name: string, number: number, count: number): string {
  if (count < 3) return padded(number, count)
  return count === 3 ? name.slice(0, 3) : name
}

/** `X`: ISO with `Z` for zero; `x`: without; `Z`: `+0000`, five letters as `XXX`. */
function offsetText(letter: string, count: number, offset: number): string {
  if (offset === 0 && (letter === 'X' || (letter === 'Z' && count === 5))) return 'Z'
  const minutes = Math.abs(offset) / 60_000
  const hh = padded(Math.floor(minutes / 60), 2)
  const mm = padded(minutes % 60, 2)
  const sign = offset < 0 ? '-' : '+'
  if (letter === 'Z')
    return count === 4 ? `GMT${sign}${hh}:${mm}` : `${sign}${hh}${count === 5 ? ':' : ''}${mm}`
  if (count === 1) return `${sign}${hh}${mm === '00' ? '' : mm}`
  return `${sign}${hh}${count % 2 === 1 ? ':' : ''}${mm}`
}

function padded(value: number, count: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(count, '0')
}
