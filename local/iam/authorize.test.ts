import { describe, expect, test } from 'vitest'
import { clock, iamGranting, iamWith, place, resource, role, roleArn, verdict } from './testing/iam.ts'
import { createIam } from './index.ts'
import { allow, denied, deny, noIdentity, queue, send } from './testing/send.ts'
import type { Principal } from '../aws/principal.ts'

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
    ['arn:aws:dynamodb', stream, false],
    ['arn:aws:dynamodb:*:table/T/*', stream, true],
    ['arn:aws:dynamodb:us-*-1:000000000000:table/T/*', stream, true],
    ['arn:aws:dynamodb:u*0:table/T/*', stream, false],
    ['arn:aws:dynamodb:us-east-?:000000000000:table/?/stream/*', stream, true],
    ['arn:aws:dynamodb:us-east-1:000000000000:table/T', stream, false],
    ['arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/*03*05*', stream, true],
    ['arn:aws:dynamodb:us-east-1:${aws:PrincipalAccount}:table/T/*', stream, true],
    ['arn:aws:dynamodb:us-east-1:000000000000:table/${aws:username}/*', stream, false],
    ["arn:aws:dynamodb:us-east-1:000000000000:table/${aws:username, 'T'}/*", stream, true],
    ['arn:aws:s3:::${aws:PrincipalAccount}/${aws:username}', 'arn:aws:s3:::000000000000/', false],
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

test('the answers to tasks, whose tokens tell no machine, are allowed by a grant on any machine', async () => {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m'
  const iam = await iamGranting({ Effect: 'Allow', Action: 'states:*', Resource: machine })
  const ask = (action: string, resource = '*'): string => verdict(iam, { action, resource })
  expect(ask('states:SendTaskSuccess')).toBe('allowed')
  expect(ask('states:SendTaskSuccess', machine)).toBe('allowed')
  expect(ask('states:SendTaskSuccess', `${machine}2`)).toContain('no identity-based policy')
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
