import { afterAll, beforeAll, expect, test } from 'vitest'
import { AwsError } from '../../aws/error.ts'
import type { Permission } from '../../aws/service.ts'
import { connect } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

const modes = { AdditionalAuthenticationProviders: [{ AuthenticationType: 'AWS_IAM' }] }
const asked: Permission[] = []

let server: SmallServer
beforeAll(async () => {
  server = await serve(
    {
      schema: `
        type Query { open: String closed: String @aws_iam list: [Item] both: Both @aws_api_key @aws_iam half: Item @aws_api_key @aws_iam who: AWSJSON @aws_api_key @aws_iam }
        type Item { id: ID hidden: String @aws_iam must: ID! }
        type Mutation { m: Both @aws_iam }
        type Subscription { onM: Both @aws_iam @aws_subscribe(mutations: ["m"]) }
        type Both @aws_api_key @aws_iam { id: ID keyOnly: ID @aws_api_key }
      `,
      api: modes,
      resolvers: {
        'Query.open': answering('"open"'),
        'Query.closed': answering('"closed"'),
        'Query.list': answering('[{ id: 1, hidden: "h" }, { id: 2, hidden: "h" }]'),
        'Query.both': answering('({ id: 1, keyOnly: 2 })'),
        'Query.half': answering('({ id: 1, must: 2 })'),
        'Mutation.m': answering('({ id: 1, keyOnly: 2 })'),
        'Query.who': answering('({ identity: ctx.identity, type: util.authType() })'),
      },
    },
    {
      context: {
        authorize(principal, permission) {
          asked.push(permission)
          const denied =
            principal.kind === 'role' &&
            principal.roleArn.endsWith('/nobody') &&
            !permission.resource.endsWith('both')
          if (denied) throw new AwsError('AccessDeniedException', 'no', { status: 403 })
        },
      },
    },
  )
})
afterAll(() => server.close())

const unauthorized = (path: (string | number)[], field: string, type: string) =>
  expect.objectContaining({
    path,
    data: null,
    errorType: 'Unauthorized',
    errorInfo: null,
    message: `Not Authorized to access ${field} on type ${type}`,
  }) as object

test('case 14: an API key may not use a field marked for IAM alone, its siblings resolve', async () => {
  const { status, body } = await server.ask('{ open closed list { id hidden } }')
  expect(status).toBe(200)
  expect(body.data).toEqual({
    open: 'open',
    closed: null,
    list: [
      { id: '1', hidden: null },
      { id: '2', hidden: null },
    ],
  })
  expect(body.errors).toEqual([
    {
      path: ['closed'],
      data: null,
      errorType: 'Unauthorized',
      errorInfo: null,
      locations: [{ line: 1, column: 8, sourceName: null }],
      message: 'Not Authorized to access closed on type Query',
    },
    unauthorized(['list', 0, 'hidden'], 'hidden', 'Item'),
    unauthorized(['list', 1, 'hidden'], 'hidden', 'Item'),
  ])
})

test('case 15: without a directive only the default mode may use a field, or the fields of a type', async () => {
  const { body } = await server.askAs('someone', '{ open both { id keyOnly } half { id } }')
  expect(body.data).toEqual({ open: null, both: { id: '1', keyOnly: null }, half: { id: null } })
  expect(body.errors).toEqual([
    unauthorized(['open'], 'open', 'Query'),
    unauthorized(['both', 'keyOnly'], 'keyOnly', 'Both'),
    unauthorized(['half', 'id'], 'id', 'Item'),
  ])
})

test('the caller of an IAM field must be allowed to by its policies, field by field', async () => {
  asked.length = 0
  const mixed = await server.askAs('nobody', '{ both { id } who }')
  expect(mixed.body.data).toEqual({ both: { id: '1' }, who: null })
  expect(mixed.body.errors).toEqual([unauthorized(['who'], 'who', 'Query')])
  expect(asked[0]?.action).toBe('appsync:GraphQL')
  expect(asked[0]?.resource).toMatch(
    /^arn:aws:appsync:us-east-1:000000000000:apis\/[a-z0-9]{26}\/types\/Query\/fields\/both$/,
  )
  expect(asked).toHaveLength(2)
})

test('with nothing allowed at all the request is a 401', async () => {
  const { status, body } = await server.askAs('nobody', '{ who closed }')
  expect([status, body]).toEqual([
    401,
    { errors: [{ errorType: 'UnauthorizedException', message: 'Permission denied' }] },
  ])
})

test('a signature that is not right is answered as the check says', async () => {
  const { status, headers, body } = await server.askAs('bad', '{ who }')
  expect([status, headers.get('x-amzn-errortype')]).toEqual([403, 'InvalidSignatureException'])
  expect(body.errors?.[0]?.errorType).toBe('InvalidSignatureException')
})

test('case 19: an API key has no identity, a role says who it is', async () => {
  const byKey = await server.ask('{ who }')
  expect(JSON.parse(byKey.body.data?.who as string)).toMatchObject({
    identity: null,
    type: 'API Key Authorization',
  })
  const byRole = await server.askAs('someone', '{ who }')
  expect(JSON.parse(byRole.body.data?.who as string)).toEqual({
    type: 'IAM Authorization',
    identity: {
      accountId: '000000000000',
      cognitoIdentityPoolId: null,
      cognitoIdentityId: null,
      sourceIp: ['127.0.0.1'],
      username: 'someone:test',
      userArn: 'arn:aws:sts::000000000000:assumed-role/someone/test',
      cognitoIdentityAuthType: null,
      cognitoIdentityAuthProvider: null,
    },
  })
})

test('a mode that the API does not have is refused', async () => {
  const iam = await serve({ schema: 'type Query { a: Int }', api: { AuthenticationType: 'AWS_IAM' } })
  expect((await iam.ask('{ a }')).status).toBe(401)
  expect((await iam.askAs('someone', '{ a }')).body).toEqual({ data: { a: null } })
  await iam.close()
})

test('a subscriber needs the policy for its field too', async () => {
  const client = await connect(server)
  const start = (role: string) =>
    client.subscribe(role, 'subscription { onM { id } }', {}, { authorization: `AWS4-TEST ${role}` })
  expect((await start('nobody')).payload?.errors).toEqual([
    { errorType: 'UnauthorizedException', message: 'Permission denied' },
  ])
  expect((await start('someone')).type).toBe('start_ack')
  client.socket.close()
})

test('a subscriber gets only the fields that its own mode may read', async () => {
  const client = await connect(server)
  const subscription = 'subscription { onM { id keyOnly } }'
  await client.subscribe('iam', subscription, {}, { authorization: 'AWS4-TEST someone' })
  expect((await server.askAs('someone', 'mutation { m { id } }')).body.data).toEqual({ m: { id: '1' } })
  const { payload } = await client.next({ type: 'data', id: 'iam' })
  expect(payload?.data).toEqual({ onM: { id: '1', keyOnly: null } })
  expect(payload?.errors).toMatchObject([{ errorType: 'Unauthorized' }])
  client.socket.close()
})
