/** Milliseconds that clocks of a zone are ahead of UTC at an instant. Zones by name (`Europe/Paris`) or offset (`+02:00`). */
export function offsetAt(instant: number, zone: string): number {
  const offset = fixedOffset(zone)
  if (offset !== undefined) return offset
  const parts: Record<string, number> = {}
  for (const { type, value } of formatterFor(zone).formatToParts(instant)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  const local = Date.UTC(year, month - 1, day, hour, minute, second)
  return local - Math.floor(instant / 1000) * 1000
}

/** The instant at which clocks of the zone show this local time (milliseconds as if it were UTC). */
export function instantOf(local: number, zone: string): number {
  const guess = local - offsetAt(local, zone)
  return local - offsetAt(guess, zone)
}

/** `+02:00`, `-0530`, `+02`, `Z`, `UTC`, `GMT+1`; undefined for a name. */
export function fixedOffset(zone: string): number | undefined {
  if (/^(Z|UTC|GMT|UT)$/.test(zone)) return 0
  const [whole, sign, hours, minutes = '0', seconds = '0'] =
    /^(?:UTC|GMT|UT)?([-+])(\d{1,2}):?(\d{2})?:?(\d{2})?$/.exec(zone) ?? []
  if (whole === undefined) return undefined
  const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -size : size
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
