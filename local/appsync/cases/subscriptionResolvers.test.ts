import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, type RealtimeClient } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'

const imports = `import { extensions, util } from '@aws-appsync/utils'\n`
const onlyOne = 'util.transform.toSubscriptionFilter({ id: { eq: "1" } })'
const revokeOn = (field: string): string =>
  `extensions.invalidateSubscriptions({ subscriptionField: "${field}", payload: { id: "1" } })`
const revoke = revokeOn('onRevocable')

/** A resolver that does one thing in its request handler and another in its response handler. */
const handlers = (request: string, response: string, value = 'null'): string =>
  `${imports}export function request(ctx) { ${request}\nreturn { payload: null } }
   export function response(ctx) { ${response}\nreturn ${value} }`

let server: SmallServer
let client: RealtimeClient
beforeAll(async () => {
  const filter = `extensions.setSubscriptionFilter(${onlyOne})`
  server = await serve({
    schema: `
      interface Named { name: String }
      type Thing implements Named { id: ID! name: String list: [Int] }
      type Query { revoke: Boolean }
      type Mutation { change(id: ID!): Thing name(name: String): Named require: Thing! revokeEarly: Boolean revokeSix: Boolean revokeOther: Boolean }
      type Subscription {
        onRequest: Thing @aws_subscribe(mutations: ["change"])
        onFunction: Thing @aws_subscribe(mutations: ["change"])
        onRevocable: Thing @aws_subscribe(mutations: ["change"])
        onRevocableEarly: Thing @aws_subscribe(mutations: ["change"])
        onValue(value: AWSJSON): Thing @aws_subscribe(mutations: ["change"])
        onNamed(value: AWSJSON): Named @aws_subscribe(mutations: ["name"])
        onAppended: Thing @aws_subscribe(mutations: ["change"])
        onRevoking: Thing @aws_subscribe(mutations: ["change"])
        onRequired: Thing! @aws_subscribe(mutations: ["require"])
        onAny: Thing @aws_subscribe(mutations: ["change"])
      }
    `,
    api: { LogConfig: { FieldLogLevel: 'ALL', CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/log' } },
    resolvers: {
      'Query.revoke': handlers('', revoke, 'true'),
      'Mutation.change': handlers('', '', 'ctx.args'),
      'Mutation.revokeEarly': handlers(revoke, '', 'true'),
      'Mutation.revokeSix': handlers('', Array(6).fill(revoke).join(';'), 'true'),
      'Mutation.revokeOther': handlers('', revokeOn('onRevocableEarly'), 'true'),
      'Subscription.onRequest': handlers(filter, ''),
      'Subscription.onFunction': {
        code: handlers('', ''),
        functions: [{ name: 'filter', code: handlers('', filter) }],
      },
      'Subscription.onRevocable': handlers('', `extensions.setSubscriptionInvalidationFilter(${onlyOne})`),
      'Subscription.onRevocableEarly': handlers(
        `extensions.setSubscriptionInvalidationFilter(${onlyOne})`,
        '',
      ),
      'Subscription.onValue': handlers('', '', 'ctx.args.value'),
      'Subscription.onNamed': handlers('', '', 'ctx.args.value'),
      'Subscription.onAppended': handlers('', 'util.appendError("hm", "Warning")'),
      'Subscription.onRevoking': handlers('', revoke),
    },
  })
})
afterAll(() => server.close())
beforeEach(async () => {
  client = await connect(server)
})
afterEach(() => client.socket.close())

const change = (id: string) => server.ask(`mutation { change(id: "${id}") { id } }`)

test('a filter counts from the response handler of any step, and is ignored in a request handler', async () => {
  await client.subscribe('request', 'subscription { onRequest { id } }')
  await client.subscribe('function', 'subscription { onFunction { id } }')
  await change('2')
  expect((await client.next()).id).toBe('request')
  await change('1')
  expect(new Set([(await client.next()).id, (await client.next()).id])).toEqual(
    new Set(['request', 'function']),
  )
  expect(server.context.logs.map(({ message }) => message)).toContainEqual(
    expect.stringContaining(
      'WARN - code.js: extensions.setSubscriptionFilter in a request handler is ignored',
    ),
  )
})

test('an invalidation filter set in a request handler is ignored', async () => {
  await client.subscribe('early', 'subscription { onRevocableEarly { id } }')
  await server.ask('mutation { revokeOther }')
  await change('1')
  expect((await client.next()).type).toBe('data')
})

test('only the response handler of a mutation invalidates, as often as it likes with the same call', async () => {
  await client.subscribe('a', 'subscription { onRevocable { id } }')
  await server.ask('{ revoke }')
  await server.ask('mutation { revokeEarly }')
  await client.subscribe('revoking', 'subscription { onRevoking { id } }')
  await client.subscribe('any', 'subscription { onAny { id } }')
  expect(client.waiting).toEqual([])
  expect((await server.ask('mutation { revokeSix }')).body).toEqual({ data: { revokeSix: true } })
  expect(await client.next()).toEqual({ type: 'complete', id: 'a' })
})

const subscribe = (field: string, selection: string, value: unknown) =>
  client.subscribe('v', `subscription ($value: AWSJSON) { ${field}(value: $value) { ${selection} } }`, {
    value: JSON.stringify(value),
  })

test.each([
  ['null', 'onValue', 'id', null],
  ['what fits the selected fields', 'onValue', 'id name', { id: 1 }],
  ['an object whose missing field is not selected', 'onValue', 'name', {}],
  ['a named type', 'onNamed', 'name', { __typename: 'Thing', id: 1 }],
])('a subscription resolver may answer %s, which goes nowhere', async (_, field, selection, value) => {
  expect(await subscribe(field, selection, value)).toEqual({ type: 'start_ack', id: 'v' })
  await client.subscribe('last', 'subscription { onAny { id } }')
  expect(client.waiting).toEqual([])
})

test.each([
  ['onValue', 'id', {}, "Cannot return null for non-nullable type: 'ID' within parent 'Thing' (/onValue/id)"],
  [
    'onValue',
    'id',
    [],
    "Can't resolve value (/onValue) : type mismatch error, expected type OBJECT, got LIST",
  ],
  [
    'onValue',
    'list',
    { list: 1 },
    "Can't resolve value (/onValue/list) : type mismatch error, expected type LIST, got SCALAR",
  ],
  [
    'onNamed',
    'name',
    { name: 'x' },
    "Can't resolve '/onNamed'. Abstract type 'Named' must resolve to an Object type at runtime for field 'Subscription.onNamed'. Could not determine the exact type of Named. Missing __typename key on value.",
  ],
])('%s { %s } whose resolver answers %j is refused', async (field, selection, value, message) => {
  expect(await subscribe(field, selection, value)).toEqual({
    type: 'error',
    id: 'v',
    payload: { errors: [{ message }] },
  })
  await change('1')
  await client.subscribe('last', 'subscription { onAny { id } }')
  expect(client.waiting).toEqual([])
})

test('an error that a subscription resolver appends ends the subscription', async () => {
  expect(await client.subscribe('a', 'subscription { onAppended { id } }')).toEqual({
    type: 'error',
    id: 'a',
    payload: { errors: [{ errorType: 'Warning', message: 'hm' }] },
  })
})

test('a subscription field that may not be null is refused, since nothing is there when it starts', async () => {
  expect(await client.subscribe('a', 'subscription { onRequired { id } }')).toEqual({
    type: 'error',
    id: 'a',
    payload: {
      errors: [
        {
          message:
            "Cannot return null for non-nullable type: 'Thing' within parent 'Subscription' (/onRequired)",
        },
      ],
    },
  })
})
