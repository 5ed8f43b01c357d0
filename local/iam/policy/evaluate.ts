import type { Principal } from '../../aws/principal.ts'
import type { RequestKeys } from './request-keys.ts'
import type { Selection, Statement } from './statement.ts'

export interface Request {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  readonly keys: RequestKeys
}

/** How a statement came to apply: the patterns of it that the call met. */
export interface Match {
  readonly statement: Statement
  /** As the policy writes it. */
  readonly action: string
  readonly resource: string
  /** Met by a wildcard only, in action or resource. */
  readonly wildcard: boolean
}

/**
 * Task answers carry a token and no ARN, so a service cannot always say which state machine they concern, while
 * policies grant them on the machine; ListStreams is granted on streams although it lists them all.
 */
const anyResourceWill = new Set(
  [
    'states:SendTaskSuccess',
    'states:SendTaskFailure',
    'states:SendTaskHeartbeat',
    'dynamodb:ListStreams',
  ].map((action) => action.toLowerCase()),
)

/** The first statement that denies the request. */
export function denying(statements: readonly Statement[], request: Request): Statement | undefined {
  return statements.find(
    (statement) => statement.effect === 'Deny' && match(statement, request) !== undefined,
  )
}

/** The statement that allows the request: one that names action and resource, else one that does so by wildcard. */
export function allowing(statements: readonly Statement[], request: Request): Match | undefined {
  let first: Match | undefined
  for (const statement of statements) {
    if (statement.effect !== 'Allow') continue
    const found = match(statement, request)
    if (found?.wildcard === false) return found
    first ??= found
  }
  return first
}

function match(statement: Statement, request: Request): Match | undefined {
  const action = selected(statement.actions, request.action, request.keys)
  if (action === undefined) return undefined
  const loose = request.resource === '*' && anyResourceWill.has(request.action.toLowerCase())
  const resource = loose
    ? statement.resources.patterns[0]
    : selected(statement.resources, request.resource, request.keys)
  if (resource === undefined) return undefined
  if (!principalMatches(statement, request.principal)) return undefined
  if (!statement.conditions.every((condition) => condition.holds(request.keys))) return undefined
  const named = (of: { text: string; wildcard: boolean }, value: string): boolean =>
    !of.wildcard || of.text === value
  const wildcard = !named(action, request.action) || !named(resource, request.resource)
  return { statement, action: action.text, resource: resource.text, wildcard }
}

function selected(
  { not, patterns }: Selection,
  value: string,
  keys: RequestKeys,
): { text: string; wildcard: boolean } | undefined {
  const matches = patterns.filter((each) => each.matches(value, keys))
  if (!not) return matches.find(({ wildcard }) => !wildcard) ?? matches[0]
  return matches.length > 0 ? undefined : { text: selectionText({ not, patterns }), wildcard: true }
}

/** `Not (a, b)` for the inverse elements, which have no single pattern to name. */
export function selectionText({ patterns }: Selection): string {
  return `Not (${patterns.map(({ text }) => text).join(', ')})`
}

function principalMatches({ principals, effect }: Statement, principal: Principal): boolean {
  if (principals === undefined) return true
  if (principals.not) return !principals.of.except(principal)
  // Naming the account only delegates to identity policies, so an Allow for it adds nothing within the account.
  return principals.of.names(principal) || (effect === 'Deny' && principals.of.namesAccountOf(principal))
}
