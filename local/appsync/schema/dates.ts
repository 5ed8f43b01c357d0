const offset = '(?:Z|[+-](\\d{2}):(\\d{2})(?::(\\d{2}))?)'
const date = '(-?\\d{4,9})-(\\d{2})-(\\d{2})'
const time = '(\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.\\d{1,9})?)?'

const datePattern = new RegExp(`^${date}(?:${offset})?$`)
const timePattern = new RegExp(`^${time}(?:${offset})?$`)
const dateTimePattern = new RegExp(`^${date}T${time}${offset}$`)

/** `YYYY-MM-DD` with an optional offset; years may be negative. */
export function isDate(text: string): boolean {
  const parts = datePattern.exec(text)?.slice(1).map(Number)
  return parts !== undefined && isDay(parts.slice(0, 3)) && isOffset(parts.slice(3))
}

/** `hh:mm[:ss[.fraction]]` with an optional offset. */
export function isTime(text: string): boolean {
  const parts = timePattern.exec(text)?.slice(1).map(Number)
  return parts !== undefined && isTimeOfDay(parts.slice(0, 3)) && isOffset(parts.slice(3))
}

/** Date, `T`, time, and an offset that must be there. */
export function isDateTime(text: string): boolean {
  const parts = dateTimePattern.exec(text)?.slice(1).map(Number)
  return (
    parts !== undefined &&
    isDay(parts.slice(0, 3)) &&
    isTimeOfDay(parts.slice(3, 6)) &&
    isOffset(parts.slice(6))
  )
}

function isDay([year = 0, month = 0, day = 0]: number[]): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

/** Parts that were left out are NaN, which exceeds nothing. */
function isTimeOfDay([hour = NaN, minute = NaN, second = NaN]: number[]): boolean {
  return !(hour > 23 || minute > 59 || second > 59)
}

function isOffset([hour = NaN, minute = NaN, second = NaN]: number[]): boolean {
  return !(hour > 18 || minute > 59 || second > 59)
}
