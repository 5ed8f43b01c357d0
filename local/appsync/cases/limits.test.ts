import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeClock } from '../../testing/clock.ts'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

const schema =
  'type Query { thing: Thing must: Must } type Thing { id: ID thing: Thing must: Must! } type Must { id: ID! }'
const thing = answering('({ id: 1, thing: { id: 2, thing: { id: 3 } }, must: { id: 4 } })')

const opened: SmallServer[] = []
const api = async (settings: Record<string, unknown>): Promise<SmallServer> => {
  const server = await serve({ schema, api: settings, resolvers: { 'Query.thing': thing } })
  opened.push(server)
  return server
}
let open: SmallServer
beforeAll(async () => {
  open = await api({})
})
afterAll(() => Promise.all(opened.map((server) => server.close())))

test('case 17: levels beyond the depth limit are null, each with its error', async () => {
  const server = await api({ QueryDepthLimit: 2 })
  const { body } = await server.ask('{ thing { id thing { id } must { id } } }')
  expect(body.data).toEqual({ thing: null })
  expect(body.errors).toMatchObject([
    { path: ['thing', 'thing', 'id'], errorType: 'QueryDepthLimitReached' },
    { path: ['thing', 'must', 'id'], errorType: 'QueryDepthLimitReached' },
    { path: ['thing', 'must', 'id'], message: expect.stringContaining('Cannot return null') as string },
  ])
  expect((await server.ask('{ thing { id thing { id } } }')).body.data).toEqual({
    thing: { id: '1', thing: { id: null } },
  })
})

test('case 17: resolvers beyond the count limit do not run', async () => {
  const server = await api({ ResolverCountLimit: 2 })
  const { body } = await server.ask('{ a: thing { id } b: thing { id } c: thing { id } }')
  expect(body.data).toEqual({ a: { id: '1' }, b: { id: '1' }, c: null })
  expect(body.errors).toMatchObject([{ path: ['c'], errorType: 'ResolverExecutionLimitReached' }])
})

test('introspection answers unless it is switched off, then its fields are undefined', async () => {
  const query =
    '{ __schema { queryType { name } } __type(name: "Thing") { fields { name type { name kind } } } }'
  expect((await open.ask(query)).body.data).toEqual({
    __schema: { queryType: { name: 'Query' } },
    __type: {
      fields: [
        { name: 'id', type: { name: 'ID', kind: 'SCALAR' } },
        { name: 'thing', type: { name: 'Thing', kind: 'OBJECT' } },
        { name: 'must', type: { name: null, kind: 'NON_NULL' } },
      ],
    },
  })
  const server = await api({ IntrospectionConfig: 'DISABLED' })
  const { body } = await server.ask('{ __typename __schema { queryType { name } } }')
  expect(body.data).toBeNull()
  expect(body.errors?.[0]?.message).toBe(
    "Validation error of type FieldUndefined: Field 'queryType' in type '__Schema' is undefined @ '__schema/queryType'",
  )
})

test('a request that takes longer than 30 seconds is given up', async () => {
  const clock = fakeClock()
  const server = await serve(
    {
      schema: 'type Query { slow: String }',
      dataSources: { http: { Type: 'HTTP', HttpConfig: { Endpoint: 'https://example.com' } } },
      resolvers: {
        'Query.slow': {
          dataSource: 'http',
          code: "export const request = () => ({ method: 'GET', resourcePath: '/' }); export const response = (ctx) => ctx.result.body",
        },
      },
    },
    { clock, http: () => new Promise(() => undefined) },
  )
  opened.push(server)
  const answer = server.ask('{ slow }')
  while (server.context.activities.length === 0 && !(await settled(answer))) await clock.advance(1_000)
  expect((await answer).body).toMatchObject({
    data: null,
    errors: [{ errorType: 'ExecutionTimeout', message: 'Execution timed out.' }],
  })
})

const settled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 5)),
  ])

test('each resolver and request is seen from outside', async () => {
  await open.ask('{ thing { id } }')
  expect(open.context.activities.at(-1)).toMatchObject({
    service: 'appsync',
    what: 'Query.thing',
    subject: 'small',
  })
  expect(open.context.metrics.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['4XXError', '5XXError', 'Latency']),
  )
})

test('an API with a LogConfig writes what its resolvers print and a summary of each request', async () => {
  const server = await serve({
    schema: 'type Query { a: Int }',
    api: {
      LogConfig: { FieldLogLevel: 'ALL', CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/logs' },
    },
    resolvers: {
      'Query.a':
        "export const request = () => ({}); export function response() { console.log('hello', { a: 1 }); return 1 }",
    },
  })
  opened.push(server)
  const { headers } = await server.ask('{ a }')
  const [printed, summary] = server.context.logs
  expect(printed?.group).toMatch(/^\/aws\/appsync\/apis\/[a-z0-9]{26}$/)
  expect(printed?.message).toContain('hello')
  expect(JSON.parse(summary?.message ?? '')).toMatchObject({
    logType: 'RequestSummary',
    requestId: headers.get('x-amzn-requestid'),
    statusCode: 200,
  })
  expect(open.context.logs).toEqual([])
})
