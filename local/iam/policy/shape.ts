export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The texts of an element that takes one or several; numbers and booleans count as written. */
export function texts(value: unknown, where: string): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.map((each) => {
    if (typeof each === 'string') return each
    if (typeof each === 'number' || typeof each === 'boolean') return String(each)
    throw new Error(`${where}: not a text: ${JSON.stringify(each)}`)
  })
}
