/** AppSync runs on the JVM: values show in its messages, and in String fields, as Java prints them. */
export function javaText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}=${javaText(each)}`)
      .join(', ')}}`
  return 'null'
}

/** The Java class a JSON value has inside AppSync. */
export function javaClass(value: unknown): string {
  if (typeof value === 'string') return 'String'
  if (typeof value === 'boolean') return 'Boolean'
  if (Array.isArray(value)) return 'ArrayList'
  if (typeof value !== 'number') return 'LinkedHashMap'
  if (!Number.isInteger(value)) return 'Double'
  return Math.abs(value) < 2 ** 31 ? 'Integer' : 'Long'
}
