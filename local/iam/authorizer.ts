import { AwsError } from '../aws/error.ts'
import { principalArn } from '../aws/principal.ts'
import { Decisions } from './decisions.ts'
import { statementsOf } from './policy/document.ts'
import { allowing, denying } from './policy/evaluate.ts'
import { requestKeys, sessionKeys, timeKeys } from './policy/request-keys.ts'
import type { Clock } from '../aws/clock.ts'
import type { Place } from '../aws/place.ts'
import type { Principal } from '../aws/principal.ts'
import type { Permission, PolicyDocument } from '../aws/service.ts'
import type { Statement } from './policy/statement.ts'
import type { Role } from './roles.ts'

interface PolicySet {
  /** Tells sets apart in the cache. */
  readonly id: number
  readonly statements: readonly Statement[]
  /** It has conditions or policy variables, so that the context of a call may matter. */
  readonly conditional: boolean
  /** It tells sessions of one role apart. */
  readonly bySession: boolean
  /** It depends on the time of the call. */
  readonly timely: boolean
}

/** The words of the refusal after `on resource: …`, or `allowed`. */
type Denial = string
const allowed: Denial = ''

const mostCached = 10_000

/** AWS's policy evaluation within one account, for identity and resource policies. */
export class Authorizer {
  readonly decisions = new Decisions()
  readonly #place: Place
  readonly #clock: Clock
  readonly #cache = new Map<string, Denial>()
  readonly #resourcePolicies = new WeakMap<PolicyDocument, PolicySet>()
  /** By their text, for services that make the document anew for each call. */
  readonly #resourcePolicyTexts = new Map<string, PolicySet>()
  #roles: ReadonlyMap<string, Role> = new Map()
  #identityPolicies = new Map<string, PolicySet>()
  #lastId = 0

  constructor(place: Place, clock: Clock) {
    this.#place = place
    this.#clock = clock
  }

  deploy(roles: ReadonlyMap<string, Role>): void {
    this.#roles = roles
    this.#identityPolicies = new Map(
      [...roles].map(([arn, { statements }]) => [arn, this.#policySet(statements)]),
    )
    this.#cache.clear()
  }

  authorize(principal: Principal, permission: Permission): void {
    const { action, resource, resourcePolicy } = permission
    const identity = principal.kind === 'role' ? this.#identityPolicies.get(principal.roleArn) : undefined
    const attached = resourcePolicy && this.resourcePolicy(resourcePolicy, resource)
    const decide = (): Denial => this.#denial(principal, permission, identity, attached)
    const timely = identity?.timely === true || attached?.timely === true
    const denial = timely ? decide() : this.#once(cacheKey(principal, permission, identity, attached), decide)
    if (denial === allowed) return
    const who = principalArn(principal, this.#place.account)
    throw new AwsError(
      'AccessDeniedException',
      `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${denial}`,
    )
  }

  #once(key: string, decide: () => Denial): Denial {
    const known = this.#cache.get(key)
    if (known !== undefined) return known
    const denial = decide()
    if (this.#cache.size >= mostCached) this.#cache.clear()
    this.#cache.set(key, denial)
    return denial
  }

  /** The policy made ready; throws an Error that names `name` for what IAM would refuse or is not supported. */
  resourcePolicy(document: PolicyDocument, name: string): PolicySet {
    const known = this.#resourcePolicies.get(document)
    if (known !== undefined) return known
    const text = JSON.stringify(document)
    const set =
      this.#resourcePolicyTexts.get(text) ??
      this.#policySet(statementsOf(document, name, 'resource', this.#place.account))
    if (this.#resourcePolicyTexts.size >= mostCached) this.#resourcePolicyTexts.clear()
    this.#resourcePolicyTexts.set(text, set)
    this.#resourcePolicies.set(document, set)
    return set
  }

  #policySet(statements: readonly Statement[]): PolicySet {
    const keys = statements.flatMap((statement) => statement.keys)
    return {
      id: ++this.#lastId,
      statements,
      conditional: keys.length > 0,
      bySession: keys.some((key) => sessionKeys.includes(key)),
      timely: keys.some((key) => timeKeys.includes(key)),
    }
  }

  #denial(
    principal: Principal,
    { action, resource, context }: Permission,
    identity: PolicySet | undefined,
    attached: PolicySet | undefined,
  ): Denial {
    const tags = principal.kind === 'role' ? this.#roles.get(principal.roleArn)?.tags : undefined
    const keys = requestKeys({ principal, tags, place: this.#place, clock: this.#clock }, context)
    const request = { principal, action, resource, keys }
    if (denying(identity?.statements ?? [], request))
      return 'with an explicit deny in an identity-based policy'
    if (denying(attached?.statements ?? [], request))
      return 'with an explicit deny in a resource-based policy'
    if (principal.kind === 'operator') return allowed
    const byIdentity = allowing(identity?.statements ?? [], request)
    if (byIdentity && principal.kind === 'role')
      this.decisions.record(principal.roleArn, byIdentity, action, resource)
    if (byIdentity || allowing(attached?.statements ?? [], request)) return allowed
    const kind = principal.kind === 'role' ? 'identity' : 'resource'
    return `because no ${kind}-based policy allows the ${action} action`
  }
}

function cacheKey(
  principal: Principal,
  { action, resource, context }: Permission,
  identity: PolicySet | undefined,
  attached: PolicySet | undefined,
): string {
  let key = `${nameOf(principal)} ${attached?.id ?? 0} ${action} ${resource}`
  if (principal.kind === 'role' && (identity?.bySession === true || attached?.bySession === true))
    key += ` ${principal.session}`
  if (context !== undefined && (identity?.conditional === true || attached?.conditional === true))
    key += ` ${JSON.stringify(context)}`
  return key
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'operator':
      return 'operator'
    case 'role':
      return principal.roleArn
    case 'service':
      return `${principal.service} ${principal.sourceArn}`
  }
}
