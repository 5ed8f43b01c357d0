/** One piece of a Java date pattern: a letter and how often it stands there, or text that stands for itself. */
export interface PatternPart {
  readonly letter?: string
  readonly count: number
  readonly text: string
}

/**
 * Splits a pattern of Java's DateTimeFormatter. Understood letters: y u Y M L d D E H h K k m s S n a X x Z V z and
 * quoted text; square brackets are left out. Others are refused by name.
 */
export function datePattern(pattern: string): PatternPart[] {
  const known = split.get(pattern)
  if (known) return known
  const parts: PatternPart[] = []
  for (const [whole, quoted, letters] of pattern.matchAll(/'((?:[^']|'')*)'|(([A-Za-z])\3*)|[^A-Za-z]/gs)) {
    if (quoted !== undefined) parts.push({ count: 0, text: quoted === '' ? "'" : quoted.replace(/''/g, "'") })
    else if (letters !== undefined) parts.push(letterPart(letters, pattern))
    else if (whole !== '[' && whole !== ']') parts.push({ count: 0, text: whole })
  }
  if (split.size >= mostSplit) split.clear()
  split.set(pattern, parts)
  return parts
}

const split = new Map<string, PatternPart[]>()
const mostSplit = 500

function letterPart(letters: string, pattern: string): PatternPart {
  const letter = letters.charAt(0)
  if (!'yuYMLdDEHhKkmsSnaXxZVz'.includes(letter))
    throw new Error(`Date pattern '${pattern}': the letter '${letter}' is not supported here.`)
  return { letter, count: letters.length, text: letters }
}

export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

export const day = 86_400_000
