import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema: `
      type Thing { id: ID! name: String severity: Int slow: String }
      type Query { nothing: Int }
      type Mutation { change(id: ID!, name: String, severity: Int): Thing fail(id: ID!): Thing warn(id: ID!): Thing nothing: Thing }
      type Subscription { onChange(id: ID, name: String): Thing @aws_subscribe(mutations: ["change", "fail", "warn", "nothing"]) }
    `,
    resolvers: {
      'Mutation.change': answering('ctx.args'),
      'Mutation.nothing': answering('null'),
      'Thing.slow': answering('util.autoId()'),
      'Mutation.fail': answering('util.error("no", "Failed")'),
      'Mutation.warn': `import { util } from '@aws-appsync/utils'
        export const request = () => ({})
        export function response(ctx) { util.appendError('hm', 'Warning'); return { id: ctx.args.id } }`,
    },
  })
})
afterAll(() => server.close())

const change = (id: string, more = '', selection = 'id name severity'): Promise<unknown> =>
  server.ask(`mutation { change(id: "${id}"${more}) { ${selection} } }`)

test('arguments filter on equality; null asks for null, an argument left out for anything', async () => {
  const client = await connect(server)
  await client.subscribe('byId', 'subscription ($id: ID) { onChange(id: $id) { id } }', { id: '7' })
  await client.subscribe('omitted', 'subscription ($id: ID) { onChange(id: $id) { id } }')
  await client.subscribe('nameless', 'subscription { onChange(name: null) { id } }')
  await change('7')
  const first = [await client.next(), await client.next(), await client.next()]
  expect(new Set(first.map(({ id }) => id))).toEqual(new Set(['byId', 'omitted', 'nameless']))
  await change('8', ', name: "n"')
  expect((await client.next()).id).toBe('omitted')
  await server.ask('mutation { change(id: "7") { name } }')
  expect(new Set([(await client.next()).id, (await client.next()).id])).toEqual(
    new Set(['omitted', 'nameless']),
  )
  expect(client.waiting).toEqual([])
  client.socket.close()
})

test('case 64: a failed mutation publishes nothing, one with an appended error does', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id } }')
  await server.ask('mutation { fail(id: "1") { id } }')
  await server.ask('mutation { warn(id: "2") { id } }')
  expect((await client.next()).payload?.data).toEqual({ onChange: { id: '2' } })
  client.socket.close()
})

test('a mutation without a value publishes nothing, each of several in a request publishes its own', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id } }')
  await server.ask('mutation { nothing { id } change(id: "1") { id } warn(id: "2") { id } }')
  expect((await client.next()).payload?.data).toEqual({ onChange: { id: '1' } })
  expect((await client.next()).payload?.data).toEqual({ onChange: { id: '2' } })
  client.socket.close()
})

test('a subscriber gets what the mutation resolved: no resolver runs for it', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id slow } }')
  const { body } = await server.ask('mutation { change(id: "1") { id slow } }')
  expect((await client.next()).payload?.data).toEqual({ onChange: body.data?.change })
  await change('2', '', 'id')
  expect((await client.next()).payload?.data).toEqual({ onChange: { id: '2', slow: null } })
  client.socket.close()
})

test('what the mutation did not select is null, and an error where null may not be', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id name } }')
  await change('9', ', name: "n"', 'id')
  expect((await client.next()).payload).toEqual({ data: { onChange: { id: '9', name: null } } })
  await change('9', ', name: "n"', 'name')
  expect((await client.next()).payload).toEqual({
    data: { onChange: null },
    errors: [
      {
        message: "Cannot return null for non-nullable type: 'ID' within parent 'Thing' (/onChange/id)",
        path: ['onChange', 'id'],
      },
    ],
  })
  client.socket.close()
})

test('an alias that is the name of another field does not bring its value to subscribers', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id name } }')
  await server.ask('mutation { change(id: "1") { id name: id } }')
  expect((await client.next()).payload?.data).toEqual({ onChange: { id: '1', name: null } })
  client.socket.close()
})

test('each subscriber gets what its own variables select', async () => {
  const client = await connect(server)
  const query = 'subscription ($more: Boolean!) { onChange { id name @include(if: $more) } }'
  await client.subscribe('more', query, { more: true })
  await client.subscribe('less', query, { more: false })
  await change('1', ', name: "n"')
  expect((await client.next({ id: 'more' })).payload?.data).toEqual({ onChange: { id: '1', name: 'n' } })
  expect((await client.next({ id: 'less' })).payload?.data).toEqual({ onChange: { id: '1' } })
  client.socket.close()
})

test('an aliased mutation pushes nothing, and a field under an alias is lost', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onChange { id name } }')
  await server.ask('mutation { again: change(id: "1") { id } }')
  await server.ask('mutation { change(id: "2", name: "n") { id other: name } }')
  expect((await client.next()).payload?.data).toEqual({ onChange: { id: '2', name: null } })
  expect(
    server.context.activities.some(
      ({ what, error }) => what === 'not published' && error?.includes('alias again'),
    ),
  ).toBe(true)
  client.socket.close()
})
