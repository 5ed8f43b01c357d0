import { describe, expect, test } from 'vitest'
import { operator } from '../aws/principal.ts'
import {
  clock,
  iamGranting,
  iamWith,
  place,
  resource,
  role,
  roleArn,
  verdict,
  worker,
} from './testing/iam.ts'
import { createIam } from './index.ts'
import type { PolicyDocument } from '../aws/service.ts'
import type { Principal } from '../aws/principal.ts'

const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs'
const send = { action: 'sqs:SendMessage', resource: queue }
const who = 'User: arn:aws:sts::000000000000:assumed-role/worker/worker-1 is not authorized to perform'
const noIdentity = `${who}: sqs:SendMessage on resource: ${queue} because no identity-based policy allows the sqs:SendMessage action`
const denied = (kind: string): string =>
  `${who}: sqs:SendMessage on resource: ${queue} with an explicit deny in ${kind} policy`

const allow = (more: object = {}): object => ({
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: queue,
  ...more,
})
const deny = (more: object = {}): object => ({ ...allow(more), Effect: 'Deny' })
const without = (statement: object, name: string): object =>
  Object.fromEntries(Object.entries(statement).filter(([key]) => key !== name))

describe('an identity policy', () => {
  test.each<[string, object[], string]>([
    ['that names action and resource allows', [allow()], 'allowed'],
    ['without the action does not', [allow({ Action: 'sqs:ReceiveMessage' })], noIdentity],
    ['without the resource does not', [allow({ Resource: `${queue}2` })], noIdentity],
    ['denies in spite of an allow', [allow(), deny()], denied('an identity-based')],
    ['compares actions without regard to case', [allow({ Action: 'SQS:sendmessage' })], 'allowed'],
    [
      'compares resources with regard to case',
      [allow({ Resource: queue.replace('jobs', 'Jobs') })],
      noIdentity,
    ],
    ['takes * and ? in actions', [allow({ Action: ['sns:*', 'sqs:Send?essage*'] })], 'allowed'],
    ['takes * for any resource', [allow({ Resource: '*' })], 'allowed'],
    [
      'with NotAction allows every other action',
      [without(allow({ NotAction: 'sqs:Delete*' }), 'Action')],
      'allowed',
    ],
    [
      'with NotAction does not allow that one',
      [without(allow({ NotAction: 'sqs:*' }), 'Action')],
      noIdentity,
    ],
    [
      'with NotResource denies all but that one',
      [allow(), without(deny({ NotResource: queue }), 'Resource')],
      'allowed',
    ],
    [
      'with NotResource denies others',
      [allow(), without(deny({ NotResource: 'arn:aws:sqs:*:*:x' }), 'Resource')],
      denied('an identity-based'),
    ],
    [
      'allows only if its condition holds',
      [allow({ Condition: { Bool: { 'aws:SecureTransport': false } } })],
      noIdentity,
    ],
    [
      'of one statement for several',
      [allow({ Action: ['sqs:A', 'sqs:SendMessage'], Resource: ['arn:aws:sqs:::', queue] })],
      'allowed',
    ],
  ])('%s', async (_, statements, expected) => {
    expect(verdict(await iamGranting(...statements), send)).toBe(expected)
  })
})

describe('a resource pattern', () => {
  const stream = 'arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-02T03:04:05.000'
  test.each<[string, string, boolean]>([
    ['arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/*', stream, true],
    ['arn:aws:dynamodb:*:*:table/T/stream/*', stream, true],
    ['arn:aws:dynamodb:*', stream, true],
    ['arn:aws:dynamodb:*:table/T/*', stream, true],
    ['arn:aws:dynamodb:us-*-1:000000000000:table/T/*', stream, true],
    ['arn:aws:dynamodb:u*0:table/T/*', stream, false],
    ['arn:aws:dynamodb:us-east-?:000000000000:table/?/stream/*', stream, true],
    ['arn:aws:dynamodb:us-east-1:000000000000:table/T', stream, false],
    ['arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/*03*05*', stream, true],
    ['arn:aws:dynamodb:us-east-1:${aws:PrincipalAccount}:table/T/*', stream, true],
    ['arn:aws:dynamodb:us-east-1:000000000000:table/${aws:username}/*', stream, false],
    ["arn:aws:dynamodb:us-east-1:000000000000:table/${aws:username, 'T'}/*", stream, true],
    ['arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/*', true],
    ['arn:aws:s3:::b/${*}', 'arn:aws:s3:::b/c', false],
    ['arn:aws:s3:::b/a.c', 'arn:aws:s3:::b/abc', false],
  ])('%s against %s: %s', async (Resource, of, expected) => {
    const iam = await iamGranting({ Effect: 'Allow', Action: '*', Resource })
    expect(verdict(iam, { action: 'dynamodb:GetRecords', resource: of }) === 'allowed').toBe(expected)
  })
})

test('policy variables mean nothing in a policy of version 2008-10-17', async () => {
  const Statement = [allow({ Resource: 'arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:jobs' })]
  const policy = (Version?: string): Promise<string> =>
    iamWith([role({ Policies: [{ PolicyName: 'p', PolicyDocument: { Version, Statement } }] })]).then((iam) =>
      verdict(iam, send),
    )
  expect([await policy('2012-10-17'), await policy('2008-10-17'), await policy()]).toEqual([
    'allowed',
    noIdentity,
    noIdentity,
  ])
})

describe('a resource policy', () => {
  const sns: Principal = {
    kind: 'service',
    service: 'sns.amazonaws.com',
    sourceArn: 'arn:aws:sns:us-east-1:000000000000:news',
  }
  const snsDenied = `User: sns.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${queue} because no resource-based policy allows the sqs:SendMessage action`
  const role2 = 'arn:aws:iam::000000000000:role/other'
  const session = 'arn:aws:sts::000000000000:assumed-role/worker/worker-1'
  const root = 'arn:aws:iam::000000000000:root'
  const insecure = { Bool: { 'aws:SecureTransport': 'false' } }
  const from = (arn: string): object => ({ ArnEquals: { 'aws:SourceArn': arn } })
  const toService = { Principal: { Service: 'sns.amazonaws.com' } }
  test.each<[string, Principal, object[], string]>([
    ['allows the role it names', worker, [allow({ Principal: { AWS: roleArn } })], 'allowed'],
    ['allows the session it names', worker, [allow({ Principal: { AWS: session } })], 'allowed'],
    ['does not allow another role', worker, [allow({ Principal: { AWS: [role2] } })], noIdentity],
    ['allows everybody', worker, [allow({ Principal: '*' })], 'allowed'],
    ['allows everybody, the long way', worker, [allow({ Principal: { AWS: '*' } })], 'allowed'],
    [
      'that names the account leaves it to identity policies',
      worker,
      [allow({ Principal: { AWS: root } })],
      noIdentity,
    ],
    [
      'that denies the account denies its roles',
      worker,
      [allow({ Principal: '*' }), deny({ Principal: { AWS: '000000000000' } })],
      denied('a resource-based'),
    ],
    [
      'denies in spite of an allow',
      worker,
      [allow({ Principal: '*' }), deny({ Principal: { AWS: roleArn } })],
      denied('a resource-based'),
    ],
    [
      'that denies plain HTTP lets the gateway pass',
      worker,
      [allow({ Principal: '*' }), deny({ Principal: '*', Condition: insecure })],
      'allowed',
    ],
    [
      'for an incomplete ARN is completed',
      worker,
      [allow({ Principal: '*', Resource: 'arn:aws:sqs' })],
      'allowed',
    ],
    [
      'excepts from a denial whom it names whole',
      worker,
      [allow({ Principal: '*' }), deny({ NotPrincipal: { AWS: [root, roleArn, session] } })],
      'allowed',
    ],
    [
      'denies whom it excepts in part',
      worker,
      [allow({ Principal: '*' }), deny({ NotPrincipal: { AWS: [root, roleArn] } })],
      denied('a resource-based'),
    ],
    ['allows the service it names', sns, [allow(toService)], 'allowed'],
    [
      'does not allow another service',
      sns,
      [allow({ Principal: { Service: 'events.amazonaws.com' } })],
      snsDenied,
    ],
    ['does not take a role for a service', worker, [allow(toService)], noIdentity],
    [
      'allows a service for one source',
      sns,
      [allow({ ...toService, Condition: from(sns.sourceArn) })],
      'allowed',
    ],
    [
      'does not allow it for another source',
      sns,
      [allow({ ...toService, Condition: from(queue) })],
      snsDenied,
    ],
    [
      'allows a service for its account',
      sns,
      [allow({ ...toService, Condition: { StringEquals: { 'AWS:SourceAccount': '000000000000' } } })],
      'allowed',
    ],
    [
      'that denies nobody lets the operator do everything',
      operator,
      [allow({ Principal: { AWS: roleArn } })],
      'allowed',
    ],
    [
      'denies the operator',
      operator,
      [deny({ Principal: '*' })],
      `User: arn:aws:iam::000000000000:user/operator is not authorized to perform: sqs:SendMessage on resource: ${queue} with an explicit deny in a resource-based policy`,
    ],
  ])('%s', async (_, principal, Statement, expected) => {
    const resourcePolicy = { Version: '2012-10-17', Statement }
    expect(verdict(await iamWith([role()]), { ...send, resourcePolicy }, principal)).toBe(expected)
  })

  test('is judged by what it says, whether it is the same object or not', async () => {
    const iam = await iamWith([role()])
    const policy = (Effect: string): object => ({ Statement: [{ ...allow({ Principal: '*' }), Effect }] })
    const ask = (resourcePolicy: object): string =>
      verdict(iam, { ...send, resourcePolicy: resourcePolicy as PolicyDocument })
    const [open, closed] = [policy('Allow'), policy('Deny')]
    const verdicts = [open, closed, policy('Allow'), policy('Deny'), open, closed].map(ask)
    expect(verdicts.map((each) => each === 'allowed')).toEqual([true, false, true, false, true, false])
  })

  test('adds to the identity policy, and none is needed beside it', async () => {
    const iam = await iamGranting(allow())
    const resourcePolicy = { Statement: [allow({ Principal: { AWS: role2 } })] }
    expect(verdict(iam, { ...send, resourcePolicy })).toBe('allowed')
    expect(verdict(iam, send, sns)).toBe(snsDenied)
  })

  test('is refused by name when it cannot be judged, and never taken for an allow', async () => {
    const iam = await iamGranting(allow())
    const resourcePolicy = {
      Statement: [deny({ Principal: '*', Condition: { StringIs: { 'aws:SourceIp': 'x' } } })],
    }
    const message =
      'Statement[0]: Condition StringIs aws:SourceIp: the condition operator StringIs is not supported'
    expect(() => verdict(iam, { ...send, resourcePolicy })).toThrow(`${queue}: ${message}`)
    expect(() => iam.validateResourcePolicy(resourcePolicy, 'Main/QueuePolicy')).toThrow(
      `Main/QueuePolicy: ${message}`,
    )
  })
})

test('the answers to tasks, whose tokens tell no machine, are allowed by a grant on any machine', async () => {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m'
  const iam = await iamGranting({ Effect: 'Allow', Action: 'states:SendTask*', Resource: machine })
  const ask = (action: string): string => verdict(iam, { action, resource: '*' })
  expect(ask('states:SendTaskSuccess')).toBe('allowed')
  expect(ask('states:ListStateMachines')).toContain('no identity-based policy')
})

test('a decision is not carried over to another call, role, condition value or deployment', async () => {
  const leading = (key: string): object => ({
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [key] },
  })
  const iam = await iamGranting(
    allow(),
    allow({ Action: 'dynamodb:GetItem', Resource: '*', Condition: leading('a') }),
  )
  const get = (key: string): string =>
    verdict(iam, { action: 'dynamodb:GetItem', resource: queue, context: { 'dynamodb:LeadingKeys': [key] } })
  const other: Principal = { kind: 'role', roleArn: `${roleArn}2`, session: 'worker-1' }
  for (let again = 0; again < 2; again += 1) {
    expect(verdict(iam, send)).toBe('allowed')
    expect(verdict(iam, send, other)).toContain('no identity-based policy')
    expect(verdict(iam, { ...send, resource: `${queue}2` })).toContain('no identity-based policy')
    expect(verdict(iam, { ...send, action: 'sqs:PurgeQueue' })).toContain('no identity-based policy')
    expect(get('a')).toBe('allowed')
    expect(get('b')).toContain('no identity-based policy')
  }
  await iam.service.deploy([role()])
  expect(verdict(iam, send)).toBe(noIdentity)
})

describe('a condition on the time is judged anew each time', () => {
  const Condition = {
    StringEquals: { 'aws:RequestedRegion': 'us-east-1' },
    DateLessThan: { 'aws:CurrentTime': '2026-01-02T04:00:00Z' },
  }
  const soon = { Version: '2012-10-17', Statement: [allow({ Condition })] }
  const soonForAll = { Version: '2012-10-17', Statement: [allow({ Condition, Principal: '*' })] }
  test.each([
    ['an identity', [resource('AWS::IAM::Policy', 'P', { PolicyDocument: soon, Roles: ['worker'] })], send],
    ['a resource', [], { ...send, resourcePolicy: soonForAll }],
  ])('in %s policy', async (_, policies, permission) => {
    let now = clock.now()
    const iam = createIam({ place, seed: 's', clock: { ...clock, now: () => now } })
    await iam.service.deploy([role(), ...policies])
    expect(verdict(iam, permission)).toBe('allowed')
    now += 3_600_000
    expect(verdict(iam, permission)).toBe(noIdentity)
  })
})

test('many different calls keep being judged right', async () => {
  const iam = await iamGranting(allow({ Resource: 'arn:aws:sqs:us-east-1:000000000000:*1' }))
  const wrong = Array.from({ length: 25_000 }, (_, index) => index).filter((index) => {
    const resource = `arn:aws:sqs:us-east-1:000000000000:${index}`
    return (verdict(iam, { action: 'sqs:SendMessage', resource }) === 'allowed') !== (index % 10 === 1)
  })
  expect(wrong).toEqual([])
})
