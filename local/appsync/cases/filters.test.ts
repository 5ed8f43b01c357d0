import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type RealtimeClient } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

const handing = (call: string): string => `import { extensions, util } from '@aws-appsync/utils'
  export const request = () => ({ payload: null })
  export function response(ctx) { ${call}; return null }`

let server: SmallServer
let client: RealtimeClient
beforeAll(async () => {
  server = await serve({
    schema: `
      type Thing { n: Int text: String list: [String] none: String inner: Inner many: [Inner] }
      type Inner { x: Int }
      type Query { nothing: Int }
      type Mutation {
        change: Thing
        changeMany: [Thing]
        revoke(payload: AWSJSON!): Int
      }
      type Subscription {
        onChange(filter: AWSJSON!, n: Int): Thing @aws_subscribe(mutations: ["change"])
        onChangeMany(filter: AWSJSON!): [Thing] @aws_subscribe(mutations: ["changeMany"])
        onRevocable(filter: AWSJSON!): Thing @aws_subscribe(mutations: ["change"])
        onTransformed(filter: AWSJSON!): Thing @aws_subscribe(mutations: ["change"])
        onAny: Thing @aws_subscribe(mutations: ["change"])
        onAnyMany: [Thing] @aws_subscribe(mutations: ["changeMany"])
      }
    `,
    resolvers: {
      'Mutation.change': answering(
        '({ n: 5, text: "hello", list: ["a", "b"], none: null, inner: { x: 1 }, many: [{ x: 1 }] })',
      ),
      'Mutation.changeMany': answering('[{ n: 5 }]'),
      'Mutation.revoke': `import { extensions } from '@aws-appsync/utils'
        export const request = () => ({})
        export function response(ctx) {
          extensions.invalidateSubscriptions({ subscriptionField: 'onRevocable', payload: ctx.args.payload })
          return 1
        }`,
      'Subscription.onChange': handing('extensions.setSubscriptionFilter(ctx.args.filter)'),
      'Subscription.onChangeMany': handing('extensions.setSubscriptionFilter(ctx.args.filter)'),
      'Subscription.onTransformed': handing(
        'extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter(ctx.args.filter))',
      ),
      'Subscription.onRevocable': handing('extensions.setSubscriptionInvalidationFilter(ctx.args.filter)'),
    },
  })
  client = await connect(server)
})
afterAll(async () => {
  client.socket.close()
  await server.close()
})

const one = (fieldName: string, operator: string, value: unknown): object => ({
  filterGroup: [{ filters: [{ fieldName, operator, value }] }],
})
const subscribe = (id: string, field: string, filter: object) =>
  client.subscribe(id, `subscription ($filter: AWSJSON!) { ${field}(filter: $filter) { n } }`, {
    filter: JSON.stringify(filter),
  })
const mutate = (mutation: string) => server.ask(`mutation { ${mutation} }`)
const whole = 'change { n text list none inner { x } many { x } }'

/** The ids that hear of a mutation; `last` is subscribed to without a filter, so it hears in any case. */
async function heard(mutation: string, last: string): Promise<string[]> {
  await client.subscribe('last', `subscription { ${last} { n } }`)
  await mutate(mutation)
  await client.next({ type: 'data', id: 'last' })
  const ids = client.waiting.map(({ id }) => id ?? '')
  while (client.waiting.length > 0) await client.next()
  for (const id of ['last', ...ids]) {
    client.send({ id, type: 'stop' })
    await client.next({ type: 'complete', id })
  }
  return ids
}

test.each([
  ['n', 'eq', 5, 6],
  ['n', 'ne', 6, 5],
  ['n', 'le', 5, 4],
  ['n', 'lt', 6, 5],
  ['n', 'ge', 5, 6],
  ['n', 'gt', 4, 5],
  ['n', 'between', [5, 6], [6, 7]],
  ['n', 'in', [1, 5], [1]],
  ['n', 'notIn', [1], [1, 5]],
  ['text', 'contains', 'ell', 'x'],
  ['text', 'notContains', 'x', 'ell'],
  ['text', 'beginsWith', 'he', 'lo'],
  ['text', 'between', ['h', 'i'], ['i', 'j']],
  ['list', 'contains', 'a', 'c'],
  ['list', 'notContains', 'c', 'a'],
  ['list', 'containsAny', ['x', 'b'], ['x']],
  ['inner.x', 'eq', 1, 2],
  ['none', 'eq', null, 'x'],
])('%s %s %j lets through what fits, %j does not', async (field, operator, yes, no) => {
  expect((await subscribe('yes', 'onChange', one(field, operator, yes))).type).toBe('start_ack')
  expect((await subscribe('no', 'onChange', one(field, operator, no))).type).toBe('start_ack')
  expect(await heard(whole, 'onAny')).toEqual(['yes'])
  client.send({ id: 'no', type: 'stop' })
  await client.next({ type: 'complete', id: 'no' })
})

test('a filter sees only what the mutation selected', async () => {
  await subscribe('n', 'onChange', one('n', 'eq', 5))
  await subscribe('text', 'onChange', one('text', 'eq', 'hello'))
  expect(await heard('change { n }', 'onAny')).toEqual(['n'])
  client.send({ id: 'text', type: 'stop' })
  await client.next({ type: 'complete', id: 'text' })
})

test('util.transform.toSubscriptionFilter makes a filter that works', async () => {
  await subscribe('t1', 'onTransformed', { n: { ge: 5 }, text: { beginsWith: 'h' } })
  await subscribe('t2', 'onTransformed', { or: [{ n: { eq: 6 } }, { text: { eq: 'hello' } }] })
  await subscribe('t3', 'onTransformed', { n: { ge: 5 }, text: { beginsWith: 'x' } })
  expect((await heard(whole, 'onAny')).sort()).toEqual(['t1', 't2'])
})

test('an event that is a list reaches nobody who filters, whatever the filter says', async () => {
  await subscribe('ne', 'onChangeMany', one('n', 'ne', 7))
  await subscribe('null', 'onChangeMany', one('text', 'eq', null))
  await subscribe('deep', 'onChangeMany', one('a.b.c.d.e.f', 'eq', 1))
  expect(await heard('changeMany { n }', 'onAnyMany')).toEqual([])
})

test.each([
  [{}, 'filterGroup must be a list of filters'],
  [one('n', 'like', 1), 'there is no filter operator "like"'],
])('a filter that is none ends the subscription in an error: %j', async (filter, message) => {
  const frame = await subscribe('bad', 'onChange', filter)
  expect(frame).toMatchObject({ type: 'error', payload: { errors: [{ message }] } })
})

test('an invalidation filter takes operators and groups too', async () => {
  const groups = { filterGroup: [...group('n', 'ge', 7), ...group('text', 'beginsWith', 'x')] }
  await subscribe('r', 'onRevocable', groups)
  await server.ask('mutation { revoke(payload: "{\\"n\\": 6, \\"text\\": \\"ax\\"}") }')
  expect(client.waiting).toEqual([])
  await server.ask('mutation { revoke(payload: "{\\"n\\": 1, \\"text\\": \\"xa\\"}") }')
  expect(await client.next()).toEqual({ type: 'complete', id: 'r' })
})

const group = (fieldName: string, operator: string, value: unknown) => [
  { filters: [{ fieldName, operator, value }] },
]
