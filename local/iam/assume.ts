import { AwsError } from '../aws/error.ts'
import { allowing, denying } from './policy/evaluate.ts'
import { requestKeys } from './policy/request-keys.ts'
import type { Clock } from '../aws/clock.ts'
import type { Place } from '../aws/place.ts'
import type { Principal } from '../aws/principal.ts'
import type { Role } from './roles.ts'

interface Assumption {
  readonly roleArn: string
  readonly servicePrincipal: string
  /** The resource for which the service acts. */
  readonly sourceArn: string | undefined
  readonly place: Place
  readonly clock: Clock
}

/** Throws AwsError AccessDenied unless the role's trust policy lets the service assume it. */
export function mayAssume(role: Role | undefined, assumption: Assumption): void {
  const { roleArn, servicePrincipal: service, sourceArn, place, clock } = assumption
  const principal: Principal = { kind: 'service', service, sourceArn: sourceArn ?? '' }
  const known = requestKeys({ principal, tags: undefined, place, clock })
  const keys = (key: string): readonly string[] | undefined =>
    key === 'aws:sourcearn' && sourceArn === undefined ? undefined : known(key)
  const request = { principal, action: 'sts:AssumeRole', resource: roleArn, keys }
  const trust = role?.trust ?? []
  if (denying(trust, request) === undefined && allowing(trust, request) !== undefined) return
  throw new AwsError(
    'AccessDenied',
    `User: ${service} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    { status: 403 },
  )
}
