export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The one member of an object that has exactly one: what every intrinsic function looks like. */
export function onlyMember(value: Record<string, unknown>): [string, unknown] | undefined {
  const members = Object.entries(value)
  return members.length === 1 ? members[0] : undefined
}
