import { describe, expect, test } from 'vitest'
import { iamGranting, iamWith, resource, role, roleArn, verdict, worker } from '../testing/iam.ts'
import type { Permission } from '../../aws/service.ts'

const call: Permission = {
  action: 'dynamodb:Query',
  resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/T',
}

/** Whether a call with this context meets a statement's condition. */
async function holds(Condition: object, context: Permission['context'] = {}): Promise<boolean> {
  const iam = await iamGranting({ Effect: 'Allow', Action: '*', Resource: '*', Condition })
  return verdict(iam, { ...call, context }) === 'allowed'
}

// A key that takes any text, numbers and dates in the tests below.
const key = 'dynamodb:Select'
const list = 'dynamodb:LeadingKeys'

describe('an operator compares', () => {
  test.each<[string, unknown, string, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', ['b', 'a'], 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringEqualsIgnoreCase', 'aB', 'Ab', true],
    ['StringNotEqualsIgnoreCase', 'aB', 'Ab', false],
    ['StringLike', 'a*d?', 'abcde', true],
    ['StringLike', 'a*d?', 'abcd', false],
    ['StringNotLike', ['x*', 'a*'], 'abc', false],
    ['StringNotLike', 'x*', 'abc', true],
    ['NumericEquals', 3, '3.0', true],
    ['NumericNotEquals', '3', '3', false],
    ['NumericLessThan', '3', '2', true],
    ['NumericLessThan', '3', '3', false],
    ['NumericLessThanEquals', '3', '3', true],
    ['NumericGreaterThan', '3', '10', true],
    ['NumericGreaterThanEquals', '-3', '-3', true],
    ['NumericLessThan', '3', 'few', false],
    ['DateEquals', '2026-01-02T00:00:00Z', '1767312000', true],
    ['DateNotEquals', '2026-01-02T00:00:00Z', '2026-01-02T01:00:00+01:00', false],
    ['DateLessThan', '2026-01-02', '2026-01-01T23:59:59Z', true],
    ['DateLessThanEquals', '1767312000', '2026-01-02T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-02', '2026-01-02T00:00:00Z', false],
    ['DateGreaterThanEquals', '2026-01-02', '2026-01-02T00:00:00Z', true],
    ['Bool', true, 'TRUE', true],
    ['Bool', 'True', 'true', true],
    ['Bool', 'false', 'true', false],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['IpAddress', '10.0.0.0/8', '10.1.2.3', true],
    ['IpAddress', ['192.168.0.1', '10.0.0.1'], '10.0.0.1', true],
    ['IpAddress', '10.0.0.0/8', '11.0.0.1', false],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['NotIpAddress', '10.0.0.0/8', '10.1.2.3', false],
    ['ArnEquals', 'arn:aws:sns:*:*:news', 'arn:aws:sns:us-east-1:000000000000:news', true],
    ['ArnLike', 'arn:aws:sns:*:news', 'arn:aws:sns:us-east-1:000000000000:news', false],
    [
      'ArnLike',
      'arn:aws:states:us-east-1:000000000000:stateMachine:*',
      'arn:aws:states:us-east-1:000000000000:stateMachine:a:b',
      true,
    ],
    ['ArnNotEquals', 'arn:aws:sns:*:*:news', 'arn:aws:sns:us-east-1:000000000000:news', false],
    ['ArnNotLike', 'arn:aws:sns:*:*:news', 'arn:aws:sns:us-east-1:000000000000:other', true],
    ['StringEquals', '${aws:PrincipalArn}', roleArn, true],
    ['StringLike', '*:role/${aws:PrincipalTag/team}-?', 'x:role/red-1', true],
    ['ArnLike', 'arn:aws:iam::${aws:PrincipalAccount}:role/*', roleArn, true],
  ])('%s %j with %s: %s', async (operator, value, given, expected) => {
    const Policies = [
      {
        PolicyName: 'p',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: { [operator]: { [key]: value } },
          },
        },
      },
    ]
    const iam = await iamWith([role({ Policies, Tags: [{ Key: 'Team', Value: 'red' }] })])
    expect(verdict(iam, { ...call, context: { [key]: given } }) === 'allowed').toBe(expected)
  })
})

describe('a key that the request lacks', () => {
  test.each<[string, unknown, boolean]>([
    ['StringEquals', 'a', false],
    ['StringNotEquals', 'a', true],
    ['StringNotLike', 'a', true],
    ['NumericNotEquals', '1', true],
    ['ArnNotLike', 'arn:aws:sns:*:*:*', true],
    ['NotIpAddress', '10.0.0.0/8', true],
    ['Bool', 'false', false],
    ['BoolIfExists', 'false', true],
    ['StringEqualsIfExists', 'a', true],
    ['ForAllValues:StringEquals', 'a', true],
    ['ForAnyValue:StringEquals', 'a', false],
    ['ForAnyValue:StringNotEquals', 'a', false],
    ['Null', 'true', true],
    ['Null', 'false', false],
  ])('meets %s %j: %s', async (operator, value, expected) => {
    expect(await holds({ [operator]: { [key]: value } })).toBe(expected)
  })
})

describe('a key with several values', () => {
  test.each<[string, unknown, string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringLike', 'a*', ['a', 'ab'], true],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'a'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
    ['ForAnyValue:StringNotEquals', 'a', ['a', 'b'], true],
    ['ForAnyValue:StringNotEquals', 'a', ['a'], false],
    ['ForAllValues:StringEqualsIfExists', 'a', ['b'], false],
    ['StringNotEquals', 'a', ['a', 'b'], false],
    ['Null', 'false', ['a'], true],
  ])('meets %s %j with %j: %s', async (operator, value, given, expected) => {
    expect(await holds({ [operator]: { [list]: value } }, { [list]: given })).toBe(expected)
  })
})

test('the name of a key is compared without regard to case', async () => {
  const Condition = { 'ForAnyValue:StringEquals': { 'DYNAMODB:leadingkeys': 'a' } }
  expect(await holds(Condition, { [list]: ['a'] })).toBe(true)
})

test('all keys of all operators must hold', async () => {
  const both = { StringEquals: { [key]: 'a', 'aws:RequestedRegion': 'us-east-1' }, Null: { [list]: 'true' } }
  expect(await holds(both, { [key]: 'a' })).toBe(true)
  expect(await holds(both, { [key]: 'a', [list]: 'x' })).toBe(false)
  expect(await holds(both, { [key]: 'b' })).toBe(false)
})

describe('a role is known to conditions by', () => {
  test.each<[string, string]>([
    ['aws:PrincipalArn', roleArn],
    ['aws:PrincipalAccount', '000000000000'],
    ['aws:PrincipalType', 'AssumedRole'],
    ['aws:PrincipalIsAWSService', 'false'],
    ['AWS:REQUESTEDREGION', 'us-east-1'],
    ['aws:SourceIp', '127.0.0.1'],
    ['aws:SecureTransport', 'true'],
    ['aws:EpochTime', '1767323045'],
    ['aws:CurrentTime', '2026-01-02T03:04:05.000Z'],
    ['aws:ViaAWSService', 'false'],
    ['aws:MultiFactorAuthPresent', 'false'],
    ['aws:ResourceAccount', '000000000000'],
  ])('%s', async (name, value) => {
    expect(await holds({ StringEquals: { [name]: value } })).toBe(true)
  })

  test.each([
    'aws:SourceArn',
    'aws:SourceAccount',
    'aws:PrincipalServiceName',
    'aws:username',
    'aws:PrincipalOrgID',
  ])('no %s', async (name) => {
    expect(await holds({ Null: { [name]: true } })).toBe(true)
  })

  test('its session, told apart', async () => {
    const iam = await iamGranting({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { StringLike: { 'aws:userid': '*:worker-1' } },
    })
    expect(verdict(iam, call)).toBe('allowed')
    expect(verdict(iam, call, { kind: 'role', roleArn, session: 'worker-2' })).toContain(
      'no identity-based policy',
    )
  })
})

describe('is refused when deployed:', () => {
  test.each<[object, string]>([
    [{ StringIs: { [key]: 'a' } }, `StringIs ${key}: the condition operator StringIs is not supported`],
    [
      { 'ForSome:StringEquals': { [key]: 'a' } },
      'the condition operator ForSome:StringEquals is not supported',
    ],
    [{ NullIfExists: { [key]: 'true' } }, 'the condition operator NullIfExists is not supported'],
    [{ constructor: { [key]: 'a' } }, 'the condition operator constructor is not supported'],
    [{ StringEquals: { 'aws:Moon': 'full' } }, 'StringEquals aws:Moon: this condition key is not supported'],
    [{ StringEquals: { 's3:prefix': 'a' } }, 'StringEquals s3:prefix: this condition key is not supported'],
    [{ StringEquals: 'a' }, 'Condition StringEquals is not an object'],
    [{ StringEquals: { [key]: {} } }, 'not a text: {}'],
    [{ NumericEquals: { [key]: 'few' } }, 'few is no number'],
    [{ DateEquals: { [key]: 'soon' } }, 'soon is no date'],
    [{ Bool: { [key]: 'maybe' } }, 'maybe is neither true nor false'],
    [{ Null: { [key]: 'maybe' } }, 'maybe is neither true nor false'],
    [{ Null: { [key]: ['true', 'maybe'] } }, 'true, maybe is neither true nor false'],
    [{ IpAddress: { [key]: '10.0.0' } }, '10.0.0 is no IP address or range'],
    [{ ArnLike: { [key]: 'news' } }, 'news is no ARN'],
  ])('%j', async (Condition, message) => {
    await expect(holds(Condition)).rejects.toThrow(message)
    await expect(holds(Condition)).rejects.toThrow('P: Statement[0]: ')
  })

  test('a policy variable that is not known', async () => {
    const statement = { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::${aws:Moon}' }
    await expect(iamGranting(statement)).rejects.toThrow(
      'P: Statement[0]: the policy variable aws:moon is not supported',
    )
  })
})

test('a resource policy sees the service that calls, and for whom', async () => {
  const iam = await iamWith([
    resource('AWS::IAM::Role', 'R', {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }],
      },
    }),
  ])
  const Condition = {
    StringEquals: { 'aws:PrincipalServiceName': 'sns.amazonaws.com', 'aws:SourceAccount': '000000000000' },
    Bool: { 'aws:PrincipalIsAWSService': 'true' },
    ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:news' },
  }
  const resourcePolicy = {
    Statement: { Effect: 'Allow', Action: '*', Principal: '*', Resource: '*', Condition },
  }
  const sourceArn = 'arn:aws:sns:us-east-1:000000000000:news'
  const as = (service: string): string =>
    verdict(iam, { ...call, resourcePolicy }, { kind: 'service', service, sourceArn })
  expect(as('sns.amazonaws.com')).toBe('allowed')
  expect(as('events.amazonaws.com')).toContain('no resource-based policy')
  expect(verdict(iam, { ...call, resourcePolicy }, worker)).toContain('no identity-based policy')
})
