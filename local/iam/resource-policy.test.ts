import { describe, expect, test } from 'vitest'
import { operator } from '../aws/principal.ts'
import { iamGranting, iamWith, role, roleArn, verdict, worker } from './testing/iam.ts'
import { allow, denied, deny, noIdentity, queue, send } from './testing/send.ts'
import type { PolicyDocument } from '../aws/service.ts'
import type { Principal } from '../aws/principal.ts'

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
    [
      'denies whom it excepts without the role',
      worker,
      [allow({ Principal: '*' }), deny({ NotPrincipal: { AWS: [root, session] } })],
      denied('a resource-based'),
    ],
    [
      'excepts everybody',
      worker,
      [allow({ Principal: '*' }), deny({ NotPrincipal: { AWS: '*' } })],
      'allowed',
    ],
    [
      'excepts the service it names',
      sns,
      [allow(toService), deny({ NotPrincipal: toService.Principal })],
      'allowed',
    ],
    [
      'excepts the operator',
      operator,
      [deny({ NotPrincipal: { AWS: [root, 'arn:aws:iam::000000000000:user/operator'] } })],
      'allowed',
    ],
    [
      'that denies the account lets services be',
      sns,
      [allow(toService), deny({ Principal: { AWS: root } })],
      'allowed',
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

  test('tells sessions of one role apart where it names one', async () => {
    const iam = await iamWith([role()])
    const resourcePolicy = { Statement: [allow({ Principal: { AWS: [role2, session] } })] }
    const as = (name: string): string =>
      verdict(iam, { ...send, resourcePolicy }, { kind: 'role', roleArn, session: name })
    expect(as('worker-1')).toBe('allowed')
    expect(as('worker-2')).toContain('no identity-based policy')
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
