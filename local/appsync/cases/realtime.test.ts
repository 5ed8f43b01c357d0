import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, openSocket } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

const schema = `
  type Thing { id: ID! name: String severity: Int nested: Level secret: String @aws_iam }
  type Level { n: Int next: Level }
  type Query { nothing: Int }
  type Mutation {
    change(id: ID!, name: String, severity: Int): Thing
    revoke(id: ID!): Thing
    revokeMany(ids: [ID!]!): Thing
  }
  type Subscription {
    onChange(id: ID, name: String): Thing @aws_subscribe(mutations: ["change"])
    onSevere(id: ID): Thing @aws_subscribe(mutations: ["change"])
    onDeep(path: String!): Thing @aws_subscribe(mutations: ["change"])
    onRevocable(id: ID!): Thing @aws_subscribe(mutations: ["change"])
    onForbidden: Thing @aws_subscribe(mutations: ["change"]) @aws_iam
    onRefused: Thing @aws_subscribe(mutations: ["change"])
  }
`
const levels = (n: number): string => (n === 0 ? '{ n: 1 }' : `{ n: 1, next: ${levels(n - 1)} }`)
const thing = answering(`({ ...ctx.args, secret: "s", nested: ${levels(4)} })`)

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema,
    api: { AdditionalAuthenticationProviders: [{ AuthenticationType: 'AWS_IAM' }] },
    resolvers: {
      'Mutation.change': thing,
      'Mutation.revoke': `import { extensions } from '@aws-appsync/utils'
        export const request = () => ({})
        export function response(ctx) {
          extensions.invalidateSubscriptions({ subscriptionField: 'onRevocable', payload: { id: ctx.args.id } })
          return { id: ctx.args.id }
        }`,
      'Subscription.onSevere': `import { extensions } from '@aws-appsync/utils'
        export const request = () => ({ payload: null })
        export function response() {
          extensions.setSubscriptionFilter({ filterGroup: [{ filters: [{ fieldName: 'severity', operator: 'ge', value: 7 }] }] })
          return null
        }`,
      'Subscription.onDeep': `import { extensions } from '@aws-appsync/utils'
        export const request = () => ({ payload: null })
        export function response(ctx) {
          extensions.setSubscriptionFilter({ filterGroup: [{ filters: [{ fieldName: ctx.args.path, operator: 'eq', value: 2 }] }] })
          return null
        }`,
      'Mutation.revokeMany': `import { extensions } from '@aws-appsync/utils'
        export const request = () => ({})
        export function response(ctx) {
          ctx.args.ids.forEach((id) => extensions.invalidateSubscriptions({ subscriptionField: 'onRevocable', payload: { id } }))
          return { id: 'x' }
        }`,
      'Subscription.onRevocable': `import { extensions } from '@aws-appsync/utils'
        export const request = () => ({ payload: null })
        export function response(ctx) {
          extensions.setSubscriptionInvalidationFilter({
            filterGroup: [{ filters: [{ fieldName: 'id', operator: 'eq', value: ctx.args.id }] }],
          })
          return null
        }`,
      'Subscription.onRefused': answering('util.error("not for you", "Refused")'),
    },
  })
})
afterAll(() => server.close())

const change = (id: string, more = '', selection = 'id name severity'): Promise<unknown> =>
  server.ask(`mutation { change(id: "${id}"${more}) { ${selection} } }`)

test('case 50: connection_init is acknowledged, and what comes before it has no effect', async () => {
  const client = await openSocket(server)
  client.send({ id: 'early', type: 'start', payload: { data: '{}' } })
  client.send({ type: 'connection_init' })
  expect(await client.next()).toEqual({ type: 'connection_ack', payload: { connectionTimeoutMs: 300_000 } })
  expect(await client.subscribe('a', 'subscription { onChange { id } }')).toEqual({
    type: 'start_ack',
    id: 'a',
  })
  expect(client.waiting).toEqual([])
  client.socket.close()
})

test.each([
  ['a subprotocol', { headers: { host: 'localhost', 'x-api-key': 'da2-bad' } }],
  ['HTTP headers', { protocols: ['graphql-ws'], http: { 'x-api-key': 'da2-bad' } }],
])(
  'case 51: a bad key in %s is told in a connection_error frame before the socket closes',
  async (_, options) => {
    const client = await openSocket(server, options)
    client.send({ type: 'connection_init' })
    expect(await client.next()).toEqual({
      type: 'connection_error',
      payload: {
        errors: [
          {
            errorType: 'UnauthorizedException',
            message: 'You are not authorized to make this call.',
            errorCode: 401,
          },
        ],
      },
    })
    expect(await client.closed).toBe(1000)
  },
)

test('a bad key is told without a connection_init too', async () => {
  const client = await openSocket(server, { headers: { 'x-api-key': 'da2-bad' } })
  expect((await client.next()).type).toBe('connection_error')
})

test('the key may come in an HTTP header', async () => {
  const client = await connect(server, { protocols: ['graphql-ws'], http: { 'x-api-key': server.key } })
  expect((await client.subscribe('a', 'subscription { onChange { id } }')).type).toBe('start_ack')
  client.socket.close()
})

test.each(['/graphql/realtime?header=KEY&payload=e30='])('the key may come in the query %s', async (path) => {
  const header = Buffer.from(JSON.stringify({ host: 'localhost', 'x-api-key': server.key })).toString(
    'base64',
  )
  const client = await connect(server, {
    protocols: ['graphql-ws'],
    path: path.replace('KEY', encodeURIComponent(header)),
  })
  client.socket.close()
})

test('case 52: start is acknowledged, a live id is refused again, stop completes and nothing more comes', async () => {
  const client = await connect(server)
  expect(await client.subscribe('one', 'subscription { onChange { id name } }')).toEqual({
    type: 'start_ack',
    id: 'one',
  })
  expect(await client.subscribe('one', 'subscription { onChange { id } }')).toEqual({
    type: 'error',
    id: 'one',
    payload: {
      errors: [{ errorType: 'DuplicatedOperationError', message: 'Duplicated operation with id one' }],
    },
  })
  await change('1', ', name: "n"')
  expect(await client.next({ type: 'data' })).toEqual({
    id: 'one',
    type: 'data',
    payload: { data: { onChange: { id: '1', name: 'n' } } },
  })
  client.send({ id: 'one', type: 'stop' })
  expect(await client.next()).toEqual({ type: 'complete', id: 'one' })
  await change('2')
  await client.subscribe('two', 'subscription { onChange { id } }')
  expect(client.waiting).toEqual([])
  client.socket.close()
})

test('case 53: an invalid subscription is refused with the message alone, others live on', async () => {
  const client = await connect(server)
  await client.subscribe('good', 'subscription { onChange { id } }')
  expect(await client.subscribe('bad', 'subscription { onNothing { id } }')).toEqual({
    type: 'error',
    id: 'bad',
    payload: {
      errors: [
        {
          message:
            "Validation error of type FieldUndefined: Field 'onNothing' in type 'Subscription' is undefined @ 'onNothing'",
        },
      ],
    },
  })
  await change('53')
  expect((await client.next()).id).toBe('good')
  client.socket.close()
})

test('case 54: a field the caller may not use is refused without an acknowledgement', async () => {
  const client = await connect(server)
  expect(await client.subscribe('x', 'subscription { onForbidden { id } }')).toEqual({
    type: 'error',
    id: 'x',
    payload: {
      errors: [
        { errorType: 'Unauthorized', message: 'Not Authorized to access onForbidden on type Subscription' },
      ],
    },
  })
  const iam = await client.subscribe(
    'y',
    'subscription { onForbidden { __typename } }',
    {},
    { authorization: 'AWS4-TEST a' },
  )
  expect(iam.type).toBe('start_ack')
  const refused = await client.subscribe('z', 'subscription { onRefused { id } }')
  expect(refused.payload?.errors).toEqual([{ errorType: 'Refused', message: 'not for you' }])
  client.socket.close()
})

test('each start needs a credential of its own', async () => {
  const client = await connect(server)
  const bad = await client.subscribe('x', 'subscription { onChange { id } }', {}, { 'x-api-key': 'da2-bad' })
  expect(bad.payload?.errors?.[0]?.errorType).toBe('UnauthorizedException')
  expect((await client.subscribe('y', 'subscription { onChange { id } }', {}, {})).type).toBe('error')
  client.socket.close()
})

test('case 58: a filter that the resolver sets replaces the arguments', async () => {
  const client = await connect(server)
  await client.subscribe('severe', 'subscription { onSevere(id: "other") { id severity } }')
  await change('58', ', severity: 6')
  await change('58', ', severity: 7')
  expect((await client.next()).payload?.data).toEqual({ onSevere: { id: '58', severity: 7 } })
  client.socket.close()
})

test('case 58: a filter reaches five levels down, a rule below that is ignored', async () => {
  const client = await connect(server)
  await client.subscribe('five', 'subscription { onDeep(path: "nested.next.next.next.n") { id } }')
  await client.subscribe('six', 'subscription { onDeep(path: "nested.next.next.next.next.n") { id } }')
  await change('deep', '', 'id nested { next { next { next { n next { n } } } } }')
  expect((await client.next()).id).toBe('six')
  await client.subscribe('last', 'subscription { onChange { id } }')
  expect(client.waiting).toEqual([])
  client.socket.close()
})

test('case 59: a sixth invalidation in one request is an error', async () => {
  const six = ['1', '2', '3', '4', '5', '6']
  const ask = (ids: string[]) =>
    server.ask('mutation ($ids: [ID!]!) { revokeMany(ids: $ids) { id } }', { ids })
  expect((await ask(six)).body.errors).toHaveLength(1)
  expect((await ask(six.slice(1))).body.errors).toBeUndefined()
  const both =
    'mutation { revokeMany(ids: ["1", "2", "3"]) { id } more: revokeMany(ids: ["4", "5", "6"]) { id } }'
  expect((await server.ask(both)).body).toMatchObject({ data: { more: null }, errors: [{ path: ['more'] }] })
})

test('case 59: an invalidation ends the subscriptions it matches and no others', async () => {
  const client = await connect(server)
  await client.subscribe('gone', 'subscription { onRevocable(id: "1") { id } }')
  await client.subscribe('stays', 'subscription { onRevocable(id: "2") { id } }')
  await server.ask('mutation { revoke(id: "1") { id } }')
  expect(await client.next()).toEqual({ type: 'complete', id: 'gone' })
  await change('1')
  await change('2')
  expect((await client.next()).id).toBe('stays')
  client.socket.close()
})
