import { managedPolicy } from './managed-policies.ts'
import { statementsOf } from './policy/document.ts'
import { isObject, texts } from './policy/shape.ts'
import type { Resource } from '../aws/resource.ts'
import type { Statement } from './policy/statement.ts'

/** A role with everything attached to it. */
export interface Role {
  readonly arn: string
  readonly name: string
  /** Keys in lower case, as IAM compares them. */
  readonly tags: ReadonlyMap<string, string>
  readonly trust: readonly Statement[]
  readonly statements: readonly Statement[]
}

const known: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Role': [
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'Policies',
    'RoleName',
    'Tags',
  ],
  'AWS::IAM::Policy': ['PolicyDocument', 'PolicyName', 'Roles'],
  'AWS::IAM::ManagedPolicy': ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
}

/** IAM's quota for all inline policies of a role together, white space not counted. */
const mostInlineCharacters = 10_240
const mostManagedPolicies = 10

/** The roles of a template by ARN. Throws an Error that names the resource when IAM would refuse one. */
export function rolesOf(resources: readonly Resource[], account: string): Map<string, Role> {
  for (const resource of resources) refuseUnknownProperties(resource)
  const ofType = (type: string): Resource[] => resources.filter((resource) => resource.type === type)
  const roles = ofType('AWS::IAM::Role')
  const policies = [...ofType('AWS::IAM::Policy'), ...ofType('AWS::IAM::ManagedPolicy')]
  const names = new Set(roles.map(({ ref }) => ref))
  for (const policy of policies)
    for (const name of rolesNamedBy(policy))
      if (!names.has(name)) throw new Error(`${idOf(policy)}: The role with name ${name} cannot be found.`)
  const byArn = new Map<string, Role>()
  for (const resource of roles) {
    const role = roleOf(resource, policies, account)
    if (byArn.has(role.arn)) throw new Error(`${idOf(resource)}: Role with name ${role.name} already exists.`)
    byArn.set(role.arn, role)
  }
  return byArn
}

function roleOf(resource: Resource, policies: readonly Resource[], account: string): Role {
  const { ref: name, attributes, properties } = resource
  const where = idOf(resource)
  const attached = policies.filter((policy) => rolesNamedBy(policy).includes(name))
  const inline: [string, unknown][] = [
    ...inlinePolicies(resource),
    ...attached
      .filter(isInline)
      .map((policy): [string, unknown] => [policy.logicalId, policy.properties.PolicyDocument]),
  ]
  const size = inline.reduce((sum, [, document]) => sum + JSON.stringify(document).length, 0)
  if (size > mostInlineCharacters)
    throw new Error(
      `${where}: Maximum policy size of ${mostInlineCharacters} bytes exceeded for role ${name}`,
    )
  const managed = [
    ...managedPolicies(resource, policies),
    ...attached
      .filter((policy) => !isInline(policy))
      .map((policy): [string, unknown] => [policy.logicalId, policy.properties.PolicyDocument]),
  ]
  if (managed.length > mostManagedPolicies)
    throw new Error(`${where}: Cannot exceed quota for PoliciesPerRole: ${mostManagedPolicies}`)
  return {
    arn: String(attributes.Arn),
    name,
    tags: tagsOf(properties.Tags),
    trust: statementsOf(properties.AssumeRolePolicyDocument, where, 'trust', account),
    statements: [...inline, ...managed].flatMap(([policy, document]) =>
      statementsOf(document, policy, 'identity', account),
    ),
  }
}

function inlinePolicies({ logicalId, properties }: Resource): [string, unknown][] {
  const policies: unknown[] = Array.isArray(properties.Policies) ? properties.Policies : []
  return policies.map((policy, index) => {
    if (!isObject(policy) || typeof policy.PolicyName !== 'string')
      throw new Error(`${logicalId}: Policies[${index}] has no PolicyName`)
    return [`${logicalId}.${policy.PolicyName}`, policy.PolicyDocument]
  })
}

function managedPolicies(resource: Resource, policies: readonly Resource[]): [string, unknown][] {
  return texts(resource.properties.ManagedPolicyArns ?? [], `${idOf(resource)}: ManagedPolicyArns`).map(
    (arn) => {
      const own = policies.find((policy) => !isInline(policy) && policy.ref === arn)
      if (own !== undefined) return [own.logicalId, own.properties.PolicyDocument]
      const ofAws = managedPolicy(arn)
      if (ofAws === undefined)
        throw new Error(`${idOf(resource)}: the managed policy ${arn} is not known here`)
      return [ofAws.name, ofAws.document]
    },
  )
}

function rolesNamedBy(policy: Resource): string[] {
  return texts(policy.properties.Roles ?? [], `${idOf(policy)}: Roles`)
}

function tagsOf(tags: unknown): Map<string, string> {
  const all: unknown[] = Array.isArray(tags) ? tags : []
  return new Map(
    all.filter(isObject).map(({ Key, Value }) => [String(Key).toLowerCase(), String(Value)] as const),
  )
}

function isInline({ type }: Resource): boolean {
  return type === 'AWS::IAM::Policy'
}

function idOf({ stack, logicalId }: Resource): string {
  return `${stack}/${logicalId}`
}

function refuseUnknownProperties(resource: Resource): void {
  const names = Object.keys(resource.properties).filter((name) => !known[resource.type]?.includes(name))
  if (names.length > 0)
    throw new Error(`${idOf(resource)}: ${resource.type} with ${names.join(', ')} is not supported`)
}
