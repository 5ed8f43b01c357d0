/** JSON as the language has it; resolver code sees the runtime's own `JSON.parse`. */
export const { parse, stringify } = JSON

/** A plain object: what resolver code calls a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
