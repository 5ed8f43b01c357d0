import { conditionsOf } from './conditions.ts'
import { pattern } from './pattern.ts'
import { principalsOf } from './principals.ts'
import { isKnownKey } from './request-keys.ts'
import { isObject, texts } from './shape.ts'
import type { Condition } from './conditions.ts'
import type { Pattern } from './pattern.ts'
import type { Principals } from './principals.ts'

/** Where a policy stands: attached to a role, to a resource, or to a role as its trust policy. */
export type PolicyKind = 'identity' | 'resource' | 'trust'

/** Patterns of Action or Resource, or of NotAction or NotResource, which stand for all that matches none of them. */
export interface Selection {
  readonly not: boolean
  readonly patterns: readonly Pattern[]
}

/** A statement, checked and made ready to be evaluated. */
export interface Statement {
  /** Logical id of the policy that it stands in. */
  readonly policy: string
  readonly index: number
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Selection
  readonly resources: Selection
  readonly principals?: { readonly not: boolean; readonly of: Principals }
  readonly conditions: readonly Condition[]
  /** Every condition key and policy variable in it, lower-cased. */
  readonly keys: readonly string[]
}

const elements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

interface Standing {
  readonly policy: string
  readonly index: number
  readonly kind: PolicyKind
  readonly account: string
  /** Policy variables mean something: the policy is of version 2012-10-17. */
  readonly variables: boolean
}

/** Throws an Error that names policy, statement and fault for what IAM would refuse or what is not supported. */
export function statementOf(source: unknown, standing: Standing): Statement {
  const { policy, index, kind, account, variables } = standing
  const where = `${policy}: Statement[${index}]`
  if (!isObject(source)) throw new Error(`${where} is not an object`)
  const unknown = Object.keys(source).filter((name) => !elements.includes(name))
  if (unknown.length > 0)
    throw new Error(`${where}: Syntax errors in policy: unknown element ${unknown.join(', ')}`)
  const { Effect: effect } = source
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new Error(
      `${where}: Effect must be Allow or Deny, not ${effect === undefined ? 'missing' : JSON.stringify(effect)}`,
    )
  const actions = selection(source, 'Action', where, (text) => actionPattern(text, where))
  if (actions === undefined) throw new Error(`${where}: Policy statement must contain actions.`)
  const resources = selection(source, 'Resource', where, (text) =>
    resourcePattern(text, kind, variables, where),
  )
  if (resources === undefined && kind === 'identity')
    throw new Error(`${where}: Policy statement must contain resources.`)
  if (resources !== undefined && kind === 'trust') throw new Error(`${where}: Has prohibited field Resource`)
  const principals = statementPrincipals(source, kind, account, where)
  const conditions = conditionsOf(source.Condition, variables, where)
  const variableKeys = (resources?.patterns ?? []).flatMap(({ keys }) => keys)
  const keys = [...conditions.flatMap((condition) => condition.keys), ...variableKeys]
  const strange = keys.find((key) => !isKnownKey(key))
  if (strange !== undefined) throw new Error(`${where}: the policy variable ${strange} is not supported`)
  const sessionKeys = principals?.of.namesSessions === true ? ['aws:userid'] : []
  return {
    policy,
    index,
    effect,
    actions,
    resources: resources ?? everything,
    ...(principals && { principals }),
    conditions,
    keys: [...keys, ...sessionKeys],
  }
}

const everything: Selection = { not: false, patterns: [pattern('*', 'resource')] }

function selection(
  source: Record<string, unknown>,
  name: 'Action' | 'Resource',
  where: string,
  make: (text: string) => Pattern,
): Selection | undefined {
  const { [name]: plain, [`Not${name}`]: inverse } = source
  if (plain !== undefined && inverse !== undefined)
    throw new Error(`${where}: ${name} and Not${name} exclude each other`)
  const given = plain ?? inverse
  if (given === undefined) return undefined
  const all = texts(given, `${where}: ${name}`)
  return all.length === 0 ? undefined : { not: plain === undefined, patterns: all.map(make) }
}

function actionPattern(text: string, where: string): Pattern {
  if (!/^(\*|\*:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i.test(text))
    throw new Error(
      `${where}: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: ${text}`,
    )
  return pattern(text, 'text', { ignoreCase: true })
}

function resourcePattern(text: string, kind: PolicyKind, variables: boolean, where: string): Pattern {
  if (text !== '*' && !text.startsWith('arn:') && !text.startsWith('$'))
    throw new Error(`${where}: Resource ${text} must be in ARN format or "*".`)
  const missing = kind === 'resource' && text !== '*' ? Math.max(0, 6 - text.split(':').length) : 0
  return pattern(text + ':*'.repeat(missing), 'resource', { variables })
}

function statementPrincipals(
  { Principal: plain, NotPrincipal: inverse, Effect: effect }: Record<string, unknown>,
  kind: PolicyKind,
  account: string,
  where: string,
): Statement['principals'] {
  const given = plain ?? inverse
  if (kind === 'identity') {
    if (given === undefined) return undefined
    throw new Error(`${where}: Policy document should not specify a principal.`)
  }
  if (given === undefined || (plain !== undefined && inverse !== undefined))
    throw new Error(`${where}: Missing required field Principal`)
  if (inverse !== undefined && effect === 'Allow')
    throw new Error(`${where}: NotPrincipal with Effect Allow is not supported`)
  return { not: plain === undefined, of: principalsOf(given, account, where) }
}
