import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../testing/realtime.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering, type SmallApi } from '../testing/template.ts'

const schema =
  'type Query { a: String } type Mutation { m: T other: String } type T { id: ID } type Subscription { onM: T @aws_subscribe(mutations: ["m"]) }'
const good: SmallApi = {
  schema,
  resolvers: { 'Query.a': answering('"first"'), 'Mutation.m': answering('({ id: 1 })') },
}

let server: SmallServer
beforeAll(async () => {
  server = await serve(good)
})
afterAll(() => server.close())

test('a new deployment takes over at once, and live subscriptions stay', async () => {
  const client = await connect(server)
  await client.subscribe('a', 'subscription { onM { id } }')
  await server.redeploy({
    ...good,
    resolvers: { 'Query.a': answering('"second"'), 'Mutation.m': answering('({ id: 2 })') },
  })
  expect((await server.ask('{ a }')).body.data).toEqual({ a: 'second' })
  await server.ask('mutation { m { id } }')
  expect((await client.next()).payload?.data).toEqual({ onM: { id: '2' } })
  client.socket.close()
})

test('a deployment that fails leaves the last good one running', async () => {
  await server.redeploy(good)
  await expect(server.redeploy({ schema: 'type Query {' })).rejects.toThrow()
  await expect(server.redeploy({ schema, resolvers: { 'Query.a': 'throw' } })).rejects.toThrow()
  expect((await server.ask('{ a }')).body.data).toEqual({ a: 'first' })
})

const withSchema = (text: string): SmallApi => ({ schema: text })
const withApi = (api: Record<string, unknown>): SmallApi => ({ schema, api })
const withSource = (properties: Record<string, unknown>): SmallApi => ({
  schema,
  dataSources: { s: properties },
})
const withMore = (type: string, properties: Record<string, unknown> = {}): SmallApi => ({
  schema,
  more: { More: { type, properties } },
})

describe('what AppSync refuses, or a local API cannot do, is refused by name', () => {
  test.each([
    [withSchema('type Query {\n  a: Nothing\n}'), 'Small/Schema:2:6: Unknown type "Nothing".'],
    [withSchema('type Query {\n  a: Int @nothing\n}'), 'Small/Schema:2:10: Unknown directive "@nothing".'],
    [
      withSchema('type Query {\n  a: Int @aws_cognito_user_pools\n}'),
      'Small/Schema:2:10: @aws_cognito_user_pools: Cognito authorization is not supported',
    ],
    [
      withSchema('scalar Date\ntype Query { a: Date }'),
      'Small/Schema:1:1: scalar Date: AppSync knows no scalars but its own',
    ],
    [
      withSchema('type AWSThing { a: Int }\ntype Query { a: Int }'),
      'Small/Schema:1:1: AWSThing: names that begin with AWS are reserved',
    ],
    [withSchema('type Query { a: Int '), 'Small/Schema:1:21: Syntax Error'],
    [
      withSchema(`type Query {\n  a: Int\n}\n#${'x'.repeat(1024 * 1024)}`),
      'Small/Schema: a schema may have 1 MB at most',
    ],
    [withSchema('type A { a: Int }'), 'Query root type must be provided.'],
    [
      withSchema('type Query { a: Int } type Subscription { s: Int @aws_subscribe(mutations: ["m"]) }'),
      'Subscription.s: there is no mutation m',
    ],
    [
      withSchema(
        'type Query { a: Int } type Mutation { m: String } type Subscription { s: Int @aws_subscribe(mutations: ["m"]) }',
      ),
      'Subscription.s is of type Int, its mutation m of type String',
    ],
    [
      withApi({ AuthenticationType: 'AMAZON_COGNITO_USER_POOLS' }),
      'Small/Api: Cognito authorization is not supported',
    ],
    [
      withApi({ AdditionalAuthenticationProviders: [{ AuthenticationType: 'OPENID_CONNECT' }] }),
      'OpenID Connect authorization is not supported',
    ],
    [
      withApi({ LambdaAuthorizerConfig: {} }),
      'LambdaAuthorizerConfig: Lambda authorization is not supported',
    ],
    [withApi({ ApiType: 'MERGED' }), 'merged APIs are not supported'],
    [withApi({ QueryDepthLimit: 76 }), 'QueryDepthLimit must be a whole number from 0 to 75, not 76'],
    [withApi({ EnvironmentVariables: { '1x': 'a' } }), 'EnvironmentVariables: 1x is no valid key'],
    [
      { schema, key: { Expires: Math.floor(Date.now() / 1000) + 366 * 86_400 } },
      'Small/Key: Expires: an API key may be valid for 365 days at most',
    ],
    [
      {
        schema,
        more: Object.fromEntries(
          Array.from({ length: 50 }, (_, n) => [
            `K${n}`,
            { type: 'AWS::AppSync::ApiKey', properties: { ApiId: 'a' } },
          ]),
        ),
      },
      'Small/K49: an API has 50 API keys at most',
    ],
    [
      withApi({ EnvironmentVariables: { STAGE: 'x'.repeat(513) } }),
      'EnvironmentVariables: STAGE must be a string of 512 characters at most',
    ],
    [
      withApi({
        EnvironmentVariables: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`V${n}`, 'x'])),
      }),
      'EnvironmentVariables: 50 at most',
    ],
    [withSource({ Type: 'RELATIONAL_DATABASE' }), 'Small/Sources: Type: RDS data sources are not supported'],
    [withSource({ Type: 'AMAZON_OPENSEARCH_SERVICE' }), 'OpenSearch data sources are not supported'],
    [
      withSource({ Type: 'AMAZON_DYNAMODB', DynamoDBConfig: { TableName: 't', Versioned: true } }),
      'versioned data sources are not supported',
    ],
    [withMore('AWS::AppSync::ApiCache'), 'Small/More (AWS::AppSync::ApiCache): caching is not supported'],
    [withMore('AWS::AppSync::SourceApiAssociation'), 'merged APIs are not supported'],
    [
      withMore('AWS::AppSync::GraphQLApi', { Name: 'two', AuthenticationType: 'API_KEY' }),
      'Small/More: a second GraphQL API',
    ],
    [
      { schema, resolvers: { 'Query.nothing': answering('1') } },
      'No field named nothing found on type Query',
    ],
    [
      { schema, resolvers: { 'Query.a': { code: answering('1'), dataSource: 'nowhere' } } },
      'No data source found named nowhere',
    ],
  ])('%#: %s', async (api, message) => {
    await expect(server.redeploy(api)).rejects.toThrow(message)
  })
})

const code = (body: string): string =>
  `export function request(ctx) {\n  ${body}\n  return {}\n}\nexport const response = (ctx) => ctx.result\n`

describe('case 34: code that AppSync would not take is refused when it is deployed', () => {
  test.each([
    ['throw', code("throw 'x'"), ':2:3 '],
    ['try', code('try { ctx.x } catch {}'), ':2:3 '],
    ['for', code('for (;;) {}'), ':2:3 '],
    ['while', code('let a = 1\n  while (a) {}'), ':3:3 '],
    ['increment', code('let i = 0; i++'), ':2:14 '],
    ['async', 'export async function request() { return {} }\nexport const response = () => null', ':1:8 '],
    ['regex', code('const r = /x/'), ':2:13 '],
    ['class', code('class A {}'), ':2:3 '],
    ['new', code('const d = new Map()'), ':2:13 '],
    ['defineProperty', code("Object.defineProperty(ctx, 'a', {})"), ':2:10 '],
    ['foreign import', `import fs from 'node:fs'\n${code('')}`, ':1:1 '],
    ['unknown member', code('util.parseJson("1")'), ':2:8 '],
    ['32 KB', code(`const x = '${'x'.repeat(33 * 1024)}'`), ':2:32738 '],
    ['syntax', 'export function request( {', ':1:27 '],
    ['no response', 'export function request() { return {} }', ':1:1 '],
  ])('%s, with its place', async (_, source, place) => {
    const refused = (api: SmallApi) => server.redeploy(api).then(() => 'deployed', String)
    expect(await refused({ schema, resolvers: { 'Query.a': source } })).toContain(
      `Small/ResolverQuery.a${place}`,
    )
    const functions = [{ name: 'f', code: source }]
    expect(await refused({ schema, resolvers: { 'Query.a': { code: code(''), functions } } })).toContain(
      `Small/Functionf${place}`,
    )
  })

  test('an eleventh function', async () => {
    const functions = Array.from({ length: 11 }, (_, index) => ({ name: `f${index}`, code: code('') }))
    await expect(
      server.redeploy({ schema, resolvers: { 'Query.a': { code: code(''), functions } } }),
    ).rejects.toThrow('Query.a')
    await server.redeploy({
      schema,
      resolvers: { 'Query.a': { code: code(''), functions: functions.slice(0, 10) } },
    })
  })
})

test('names of resources are as AWS forms them, and the same at every start', async () => {
  const again = await serve(good, { data: server.context.data })
  expect(again.key).toMatch(/^da2-[a-z0-9]{26}$/)
  expect(again.key).toBe(server.key)
  await again.appsync.service.stop?.()
  const elsewhere = await serve(good)
  expect(elsewhere.key).not.toBe(server.key)
  await elsewhere.close()
})
