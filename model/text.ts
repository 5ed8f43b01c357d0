/** Blanks beyond ASCII, as Unicode knows them, and what ends a line there. */
const blanks =
  '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'

/** Whether a character is a blank or steers a terminal: nothing that an address has. */
export function isBlankOrControl(character: string): boolean {
  return (
    character <= ' ' || (character >= '\u007f' && character <= '\u009f') || blanks.indexOf(character) !== -1
  )
}

/** Whether no half of a surrogate pair stands alone: such text cannot be stored, for UTF-8 has no form of it. */
export function isWhole(text: string): boolean {
  const units = text.split('')
  const isFirst = (unit: string): boolean => unit >= '\ud800' && unit <= '\udbff'
  const isSecond = (unit: string): boolean => unit >= '\udc00' && unit <= '\udfff'
  return (
    units.filter((unit, index) => {
      if (isFirst(unit)) return !isSecond(units[index + 1] ?? '')
      return isSecond(unit) && !isFirst(units[index - 1] ?? '')
    }).length === 0
  )
}
