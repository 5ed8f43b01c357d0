import { describe, expect, test } from 'vitest'
import { iamWith, place, resource, role, roleArn, trust, verdict } from './testing/iam.ts'
import { resourceTypes } from './resource-types.ts'

const allow = (Action: string, Resource = '*'): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
})
const may = async (action: string, ...resources: Parameters<typeof iamWith>[0]): Promise<boolean> =>
  verdict(await iamWith(resources), { action, resource: 'arn:aws:x:::y' }) === 'allowed'

describe('a role has what', () => {
  test('its inline policies grant', async () => {
    const Policies = [{ PolicyName: 'p', PolicyDocument: allow('a:B') }]
    expect(await may('a:B', role({ Policies }))).toBe(true)
  })

  test('a policy of the template grants that names it', async () => {
    const policy = (name: string) =>
      resource('AWS::IAM::Policy', 'P', { PolicyName: 'P', PolicyDocument: allow('a:B'), Roles: [name] })
    const other = resource('AWS::IAM::Role', 'Other', {
      RoleName: 'other',
      AssumeRolePolicyDocument: trust(),
    })
    expect(await may('a:B', role(), other, policy('worker'))).toBe(true)
    expect(await may('a:B', role(), other, policy('other'))).toBe(false)
  })

  test('a managed policy of the template grants, attached from either side', async () => {
    const policy = (more: object) =>
      resource('AWS::IAM::ManagedPolicy', 'M', {
        ManagedPolicyName: 'm',
        PolicyDocument: allow('a:B'),
        ...more,
      })
    expect(await may('a:B', role(), policy({ Roles: ['worker'] }))).toBe(true)
    expect(
      await may('a:B', role({ ManagedPolicyArns: ['arn:aws:iam::000000000000:policy/m'] }), policy({})),
    ).toBe(true)
    expect(await may('a:B', role(), policy({}))).toBe(false)
  })

  test("AWS's managed policies grant", async () => {
    const basic = role({
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    })
    expect(await may('logs:PutLogEvents', basic)).toBe(true)
    expect(await may('logs:DeleteLogGroup', basic)).toBe(false)
    expect((await iamWith([basic])).granted()[0]?.policy).toBe('AWSLambdaBasicExecutionRole')
  })
})

describe('is refused when deployed:', () => {
  const policyFor = (name: string) =>
    resource('AWS::IAM::Policy', 'P', { PolicyDocument: allow('a:B'), Roles: [name] })
  test.each<[string, Parameters<typeof iamWith>[0], string]>([
    [
      'a policy for a role that is not there',
      [policyFor('gone')],
      'Main/P: The role with name gone cannot be found.',
    ],
    [
      'a managed policy that is not known',
      [role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] })],
      'Main/Worker: the managed policy arn:aws:iam::aws:policy/AdministratorAccess is not known here',
    ],
    [
      'a permissions boundary',
      [role({ PermissionsBoundary: 'arn' })],
      'Main/Worker: AWS::IAM::Role with PermissionsBoundary is not supported',
    ],
    [
      'a policy for users',
      [resource('AWS::IAM::Policy', 'P', { PolicyDocument: allow('a:B'), Users: ['u'] })],
      'AWS::IAM::Policy with Users is not supported',
    ],
    ['two roles of one name', [role(), role()], 'Role with name worker already exists.'],
    [
      'policies above the quota',
      [role({ Policies: [{ PolicyName: 'p', PolicyDocument: allow('a:B', `arn:${'x'.repeat(10_240)}`) }] })],
      'Maximum policy size of 10240 bytes exceeded for role worker',
    ],
    [
      'managed policies above the quota',
      [
        role({
          ManagedPolicyArns: Array.from(
            { length: 11 },
            () => 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess',
          ),
        }),
      ],
      'Cannot exceed quota for PoliciesPerRole: 10',
    ],
    [
      'a role without a trust policy',
      [role({ AssumeRolePolicyDocument: undefined })],
      'Main/Worker: the policy document is not an object',
    ],
    [
      'a trust policy with a resource',
      [
        role({
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*', Resource: '*' }],
          },
        }),
      ],
      'Main/Worker: Statement[0]: Has prohibited field Resource',
    ],
  ])('%s', async (_, resources, message) => {
    await expect(iamWith(resources)).rejects.toThrow(message)
  })
})

describe('a trust policy', () => {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m'
  const forMachines = {
    ArnLike: { 'aws:SourceArn': 'arn:aws:states:us-east-1:000000000000:stateMachine:*' },
    StringEquals: { 'aws:SourceAccount': '000000000000' },
  }
  test.each<[string, object, string, string | undefined, boolean]>([
    ['lets its service in', trust(), 'lambda.amazonaws.com', undefined, true],
    [
      'sees that there is no source',
      trust('lambda.amazonaws.com', { Null: { 'aws:SourceArn': 'true' } }),
      'lambda.amazonaws.com',
      undefined,
      true,
    ],
    ['keeps others out', trust(), 'states.amazonaws.com', undefined, false],
    [
      'lets in for a source that it wants',
      trust('states.amazonaws.com', forMachines),
      'states.amazonaws.com',
      machine,
      true,
    ],
    [
      'keeps out for another source',
      trust('states.amazonaws.com', forMachines),
      'states.amazonaws.com',
      'arn:aws:sns:us-east-1:000000000000:t',
      false,
    ],
    [
      'keeps out for no source',
      trust('states.amazonaws.com', forMachines),
      'states.amazonaws.com',
      undefined,
      false,
    ],
  ])('%s', async (_, AssumeRolePolicyDocument, service, source, expected) => {
    const iam = await iamWith([role({ AssumeRolePolicyDocument })])
    const assume = (): void => iam.mayAssume(roleArn, service, source)
    if (expected) expect(assume).not.toThrow()
    else
      expect(assume).toThrow(
        `User: ${service} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      )
  })

  test('of a role that is not there lets nobody in', async () => {
    const iam = await iamWith([])
    expect(() => iam.mayAssume(roleArn, 'lambda.amazonaws.com')).toThrow(
      'is not authorized to perform: sts:AssumeRole',
    )
  })
})

describe('names', () => {
  const identify = (type: string, properties: Record<string, unknown>) =>
    resourceTypes[type]?.identify({ stack: 'S', logicalId: 'L', property: (name) => properties[name] }, place)

  test('are the given ones, in their path', () => {
    expect(identify('AWS::IAM::Role', { RoleName: 'r', Path: '/a/' })).toMatchObject({
      ref: 'r',
      attributes: {
        Arn: 'arn:aws:iam::000000000000:role/a/r',
        RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/) as string,
      },
    })
    expect(identify('AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'm' })?.ref).toBe(
      'arn:aws:iam::000000000000:policy/m',
    )
  })

  test('are generated from stack and logical id otherwise', () => {
    expect(identify('AWS::IAM::Role', {})?.ref).toBe('S-L')
  })
})

describe('keys', () => {
  test('of a role look like those of STS, are stable, and differ by role and data folder', async () => {
    const other = resource('AWS::IAM::Role', 'Other', {
      RoleName: 'other',
      AssumeRolePolicyDocument: trust(),
    })
    const iam = await iamWith([role(), other])
    const keys = iam.credentials(roleArn)
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(keys.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/)
    expect(keys.sessionToken).toMatch(/^[A-Za-z0-9+/=]{300,}$/)
    expect((await iamWith([role()])).credentials(roleArn)).toEqual(keys)
    const others = [
      iam.credentials(roleArn.replace('worker', 'other')),
      (await iamWith([role()], 'other')).credentials(roleArn),
    ]
    for (const each of others) expect(each.secretAccessKey).not.toBe(keys.secretAccessKey)
  })

  test('of the operator are long-lived', async () => {
    const iam = await iamWith([])
    expect(iam.operatorCredentials().accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
    expect(iam.operatorCredentials().sessionToken).toBeUndefined()
  })

  test('of a role that is not there do not exist', async () => {
    const iam = await iamWith([])
    expect(() => iam.credentials(roleArn)).toThrow(`The role ${roleArn} cannot be found.`)
  })
})

test('STS tells callers who they are, and needs no permission for it', async () => {
  const { sts } = await iamWith([role()])
  const { GetCallerIdentity: action } = sts.actions
  const as = (principal: Parameters<NonNullable<typeof action>['run']>[1]['principal']) =>
    action?.run({}, { principal, requestId: 'r' })
  expect(action?.permissions({})).toEqual([])
  expect(as({ kind: 'role', roleArn, session: 's' })).toEqual({
    UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:s$/) as string,
    Account: '000000000000',
    Arn: 'arn:aws:sts::000000000000:assumed-role/worker/s',
  })
  expect(as({ kind: 'operator' })).toMatchObject({ Arn: 'arn:aws:iam::000000000000:user/operator' })
})
