import { describe, expect, test } from 'vitest'
import { iamGranting, iamWith, role } from '../testing/iam.ts'

const good = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }

describe('a statement is refused when deployed for', () => {
  test.each<[string, object, string]>([
    ['no effect', { Action: '*', Resource: '*' }, 'Effect must be Allow or Deny, not missing'],
    ['another effect', { ...good, Effect: 'allow' }, 'Effect must be Allow or Deny, not "allow"'],
    ['no action', { Effect: 'Allow', Resource: '*' }, 'Policy statement must contain actions.'],
    ['an empty list of actions', { ...good, Action: [] }, 'Policy statement must contain actions.'],
    ['no resource', { Effect: 'Allow', Action: '*' }, 'Policy statement must contain resources.'],
    ['both kinds of action', { ...good, NotAction: 'a:b' }, 'Action and NotAction exclude each other'],
    ['both kinds of resource', { ...good, NotResource: '*' }, 'Resource and NotResource exclude each other'],
    ['a misspelt element', { ...good, Resources: '*' }, 'Syntax errors in policy: unknown element Resources'],
    [
      'an action without a service',
      { ...good, Action: 'SendMessage' },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: SendMessage',
    ],
    [
      'a resource that is no ARN',
      { ...good, Resource: 'jobs' },
      'Resource jobs must be in ARN format or "*".',
    ],
    ['a principal', { ...good, Principal: '*' }, 'Policy document should not specify a principal.'],
    ['a condition that is no object', { ...good, Condition: 'Yes' }, 'Condition is not an object'],
    ['an unresolved value', { ...good, Resource: { Ref: 'Q' } }, 'not a text: {"Ref":"Q"}'],
  ])('%s', async (_, statement, message) => {
    await expect(iamGranting(good, statement)).rejects.toThrow(`P: Statement[1]: `)
    await expect(iamGranting(good, statement)).rejects.toThrow(message)
  })
})

describe('a resource policy is refused for', () => {
  const open = { ...good, Principal: '*' }
  test.each<[string, object, string]>([
    ['no principal', good, 'Missing required field Principal'],
    [
      'a principal with a wildcard in it',
      { ...good, Principal: { AWS: 'arn:aws:iam::000000000000:role/*' } },
      'Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:role/*"',
    ],
    [
      'a principal of unknown kind',
      { ...good, Principal: { Role: 'x' } },
      'Invalid principal in policy: "Role"',
    ],
    [
      'an exception from an allow',
      { ...good, NotPrincipal: { AWS: '000000000000' } },
      'NotPrincipal with Effect Allow is not supported',
    ],
    ['its second statement', { ...open, Effect: '' }, 'Effect must be Allow or Deny, not ""'],
  ])('%s', async (_, statement, message) => {
    const iam = await iamWith([role()])
    expect(() => iam.validateResourcePolicy({ Statement: [open, statement] }, 'Q')).toThrow(
      `Q: Statement[1]: ${message}`,
    )
  })

  test('nothing when it is right', async () => {
    const iam = await iamWith([role()])
    const policy = { Version: '2008-10-17', Id: 'default', Statement: open }
    expect(() => iam.validateResourcePolicy(policy, 'Q')).not.toThrow()
  })
})

describe('a document is refused for', () => {
  const of = (PolicyDocument: unknown): Promise<unknown> =>
    iamWith([role({ Policies: [{ PolicyName: 'p', PolicyDocument }] })])
  test.each<[string, unknown, string]>([
    [
      'an unknown version',
      { Version: '2012-10-18', Statement: [good] },
      'The policy must contain a valid version string, not "2012-10-18"',
    ],
    ['no statement', { Version: '2012-10-17' }, 'The policy has no Statement'],
    [
      'an unknown element',
      { Statement: [good], Statements: [] },
      'Syntax errors in policy: unknown element Statements',
    ],
    [
      'two statements of one id',
      {
        Statement: [
          { ...good, Sid: 'A' },
          { ...good, Sid: 'A' },
        ],
      },
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    ['being no object', 'x', 'the policy document is not an object'],
    ['a statement that is none', { Statement: ['x'] }, 'Statement[0] is not an object'],
  ])('%s', async (_, document, message) => {
    await expect(of(document)).rejects.toThrow(`Worker.p: `)
    await expect(of(document)).rejects.toThrow(message)
  })
})
