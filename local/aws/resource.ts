import type { Place } from './place.ts'

/** What `Ref` and `Fn::GetAtt` answer for a resource. */
export interface ResourceIdentity {
  readonly ref: string
  /** By GetAtt name, e.g. `{Arn: 'arn:aws:…'}`. */
  readonly attributes: Readonly<Record<string, string>>
}

/** A resource of the template with every intrinsic resolved. */
export interface Resource extends ResourceIdentity {
  readonly stack: string
  readonly logicalId: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** How a CloudFormation resource type gets its names; the running of it is the service's `deploy`. */
export interface ResourceType {
  /**
   * Must depend on nothing but its arguments, so that names are the same after a restart. `property` resolves one
   * top-level property on demand (undefined when absent): reading only what the name needs keeps cycles away.
   */
  identify(
    id: { stack: string; logicalId: string; property: (name: string) => unknown },
    place: Place,
  ): ResourceIdentity
}

/**
 * A name CloudFormation would generate: `<stack>-<logicalId>`, at most `most` characters. A longer one loses its middle:
 * the hash at the end of a CDK id is what tells two of them apart.
 */
export function generatedName(id: { stack: string; logicalId: string }, most = 64): string {
  const whole = `${id.stack}-${id.logicalId}`
  const tail = 16
  return whole.length <= most ? whole : whole.slice(0, most - tail) + whole.slice(-tail)
}
