import { isObject } from './json.ts'
import type { Stack } from './assembly.ts'
import type { Conditions } from './conditions.ts'

/** A resource as the template writes it, its intrinsics untouched. */
export interface Declared {
  /** `<stack>/<logicalId>`. */
  readonly key: string
  readonly stack: string
  readonly logicalId: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly dependsOn: readonly string[]
}

const members = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'CreationPolicy',
  'DeletionPolicy',
  'UpdatePolicy',
  'UpdateReplacePolicy',
]

/** The resources of a stack that exist: those without a condition and those whose condition holds. */
export function declaredResources({ name, template }: Stack, holds: Conditions): Declared[] {
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const key = `${name}/${logicalId}`
    if (!isObject(resource) || typeof resource.Type !== 'string') throw new Error(`${key} has no Type`)
    const unknown = Object.keys(resource).filter((member) => !members.includes(member))
    if (unknown.length > 0)
      throw new Error(`${key}: Invalid template resource property '${unknown.join("', '")}'`)
    if (typeof resource.Condition === 'string' && !holds(resource.Condition, key)) return []
    const properties = resource.Properties ?? {}
    if (!isObject(properties)) throw new Error(`${key}: Properties is not an object`)
    const dependsOn = dependencies(resource.DependsOn, key)
    const missing = dependsOn.filter((other) => !Object.hasOwn(template.Resources, other))
    if (missing.length > 0)
      throw new Error(`${key}.DependsOn: Unresolved resource dependencies [${missing.join(', ')}]`)
    return { key, stack: name, logicalId, type: resource.Type, properties, dependsOn }
  })
}

function dependencies(value: unknown, key: string): string[] {
  const ids: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return ids.map((id) => {
    if (typeof id === 'string') return id
    throw new Error(`${key}.DependsOn names no resource: ${JSON.stringify(id)}`)
  })
}
