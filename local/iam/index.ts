import { Authorizer } from './authorizer.ts'
import { operatorIdentity, roleIdentity } from './credentials.ts'
import { grantsOf } from './decisions.ts'
import { mayAssume } from './assume.ts'
import { resourceTypes } from './resource-types.ts'
import { rolesOf } from './roles.ts'
import { Verifier } from './signature/verify.ts'
import { createSts } from './sts.ts'
import type { Clock } from '../aws/clock.ts'
import type { Credentials } from '../aws/context.ts'
import type { Place } from '../aws/place.ts'
import type { Principal } from '../aws/principal.ts'
import type { Permission, PolicyDocument, Service } from '../aws/service.ts'
import type { Identity } from './credentials.ts'
import type { Grant, Use } from './decisions.ts'
import type { Role } from './roles.ts'
import type { HttpRequest } from './signature/request.ts'

export type { Grant, Use } from './decisions.ts'
export type { HttpRequest } from './signature/request.ts'

export interface Iam {
  /** AWS::IAM::*. Must be deployed before any service that lets a role act. */
  readonly service: Service
  readonly sts: Service
  /** Throws AwsError AccessDeniedException unless the principal may; an Error if the resource policy is faulty. */
  readonly authorize: (principal: Principal, permission: Permission) => void
  /** For services to call at deploy: throws an Error naming `name` if the evaluator could not judge the policy. */
  readonly validateResourcePolicy: (document: PolicyDocument, name: string) => void
  /**
   * Throws AwsError AccessDenied unless the role's trust policy lets the service in, acting for the resource
   * `sourceArn`.
   */
  readonly mayAssume: (roleArn: string, servicePrincipal: string, sourceArn?: string) => void
  /** Throws Error for a role that is not deployed. */
  readonly credentials: (roleArn: string) => Credentials
  readonly operatorCredentials: () => Credentials
  /**
   * Who signed the request. Throws AwsError under the codes of the JSON protocols. `expectedService` is the credential
   * scope's service for the API addressed; without it any will do.
   */
  readonly authenticate: (request: HttpRequest, expectedService?: string) => Principal
  /** Which grants allowed which calls since the start. */
  readonly decisions: () => readonly Use[]
  /** Everything the deployed roles are granted. */
  readonly granted: () => readonly Grant[]
}

/** `seed` is the data folder's secret: all keys are derived from it. */
export function createIam({ place, seed, clock }: { place: Place; seed: string; clock: Clock }): Iam {
  const authorizer = new Authorizer(place, clock)
  const operatorKeys = operatorIdentity(seed)
  let roles: ReadonlyMap<string, Role> = new Map()
  let identities = new Map<string, Identity>()
  let byAccessKey = new Map<string, Identity>([[operatorKeys.credentials.accessKeyId, operatorKeys]])
  const verifier = new Verifier(place.region, clock, (accessKeyId) => byAccessKey.get(accessKeyId))

  const service: Service = {
    name: 'iam',
    actions: {},
    resourceTypes,
    deploy(resources) {
      roles = rolesOf(resources, place.account)
      identities = new Map([...roles.keys()].map((arn) => [arn, roleIdentity(seed, arn)]))
      byAccessKey = new Map(
        [operatorKeys, ...identities.values()].map((identity) => [
          identity.credentials.accessKeyId,
          identity,
        ]),
      )
      authorizer.deploy(roles)
      return Promise.resolve()
    },
  }

  return {
    service,
    sts: createSts(place),
    authorize: (principal, permission) => authorizer.authorize(principal, permission),
    validateResourcePolicy: (document, name) => void authorizer.resourcePolicy(document, name),
    mayAssume: (roleArn, servicePrincipal, sourceArn) =>
      mayAssume(roles.get(roleArn), { roleArn, servicePrincipal, sourceArn, place, clock }),
    credentials(roleArn) {
      const identity = identities.get(roleArn)
      if (identity === undefined) throw new Error(`The role ${roleArn} cannot be found.`)
      return identity.credentials
    },
    operatorCredentials: () => operatorKeys.credentials,
    authenticate: (request, expectedService) => verifier.authenticate(request, expectedService),
    decisions: () => authorizer.decisions.all(),
    granted: () => grantsOf(roles.values()),
  }
}
