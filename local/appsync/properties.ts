import type { Resource } from '../aws/resource.ts'

const about = ({ stack, logicalId }: Resource): string => `${stack}/${logicalId}`

/** An object's members; none for anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

export function requiredText(resource: Resource, property: string): string {
  const value = resource.properties[property]
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`${about(resource)}: ${property} must be a string, not ${JSON.stringify(value)}`)
}

export function optionalText(resource: Resource, property: string): string | undefined {
  return resource.properties[property] === undefined ? undefined : requiredText(resource, property)
}

/** A number, which a template may give as text; `fallback` when it is absent. */
export function numberWithin(
  resource: Resource,
  property: string,
  [least, most]: [number, number],
  fallback: number,
): number {
  const value = resource.properties[property]
  if (value === undefined) return fallback
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most)
    return number
  throw new Error(
    `${about(resource)}: ${property} must be a whole number from ${least} to ${most}, not ${JSON.stringify(value)}`,
  )
}

/** Refuses properties that ask for what is not there, each with its reason. */
export function refuseProperties(resource: Resource, reasons: Readonly<Record<string, string>>): void {
  for (const [property, why] of Object.entries(reasons))
    if (resource.properties[property] !== undefined)
      throw new Error(`${about(resource)}: ${property}: ${why}`)
}
