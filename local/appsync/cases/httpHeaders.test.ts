import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import type { HttpRequest } from '../resolver.ts'

const sent: HttpRequest[] = []
let server: SmallServer
beforeAll(async () => {
  server = await serve(
    {
      schema: 'type Query { send(request: AWSJSON!): AWSJSON }',
      dataSources: { web: { Type: 'HTTP', HttpConfig: { Endpoint: 'https://example.com/' } } },
      resolvers: {
        'Query.send': {
          dataSource: 'web',
          code: `export const request = (ctx) => ctx.args.request
            export const response = (ctx) => ({ result: ctx.result ?? null, error: ctx.error ?? null })`,
        },
      },
    },
    {
      http(request) {
        sent.push(request)
        if (request.url.endsWith('/down')) return Promise.reject(new Error('connect ECONNREFUSED'))
        return Promise.resolve({ statusCode: 500, headers: { 'x-a': 'b' }, body: '{"a":1}' })
      },
    },
  )
})
afterAll(() => server.close())

const send = async (request: object) => {
  const query = 'query ($request: AWSJSON!) { send(request: $request) }'
  const { body } = await server.ask(query, { request: JSON.stringify(request) })
  return { errors: body.errors, send: JSON.parse((body.data?.send ?? 'null') as string) as unknown }
}
const post = (headers: object, more = {}): object => ({
  method: 'POST',
  resourcePath: '/x',
  params: { headers, ...more },
})

test.each(['host', 'Connection', 'user-agent', 'expectation', 'transfer-encoding', 'content-length'])(
  'a resolver may not set the header %s',
  async (header) => {
    const before = sent.length
    expect((await send(post({ [header]: 'x' }))).errors).toMatchObject([{ errorType: 'MappingTemplate' }])
    expect(sent).toHaveLength(before)
  },
)

test.each([
  ['text/csv', true],
  ['application/xml', true],
  ['application/json; charset=utf-8', true],
  ['application/soap+xml', true],
  ['application/x-amz-json-1.0', true],
  ['application/x-amz-json-1.1', true],
  ['application/vnd.api+json', true],
  ['application/x-ndjson', true],
  ['application/x-www-form-urlencoded', false],
  ['image/png', false],
])('the content type %s is let through: %s', async (type, passes) => {
  expect((await send(post({ 'Content-Type': type }))).errors === undefined).toBe(passes)
})

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s is sent', async (method) => {
  const { errors } = await send({ method, resourcePath: '/x' })
  expect([errors, sent.at(-1)?.method]).toEqual([undefined, method])
})

test('HEAD is refused', async () => {
  const { errors } = await send({ method: 'HEAD', resourcePath: '/x' })
  expect(errors).toMatchObject([{ errorType: 'MappingTemplate' }])
})

test('query, headers and body go along: text as it is, an object as JSON', async () => {
  await send(post({ 'x-a': 'b' }, { query: { a: 'b c' }, body: { n: 1 } }))
  expect(sent.at(-1)).toMatchObject({
    url: 'https://example.com/x?a=b+c',
    headers: { 'x-a': 'b' },
    body: '{"n":1}',
  })
  await send(post({}, { body: '<a/>' }))
  expect(sent.at(-1)?.body).toBe('<a/>')
})

test('a status of 500 is a result with text as body, what does not answer is ctx.error', async () => {
  expect((await send({ method: 'GET', resourcePath: '/x' })).send).toEqual({
    result: { statusCode: 500, headers: { 'x-a': 'b' }, body: '{"a":1}' },
    error: null,
  })
  expect((await send({ method: 'GET', resourcePath: '/down' })).send).toMatchObject({
    result: null,
    error: { message: 'connect ECONNREFUSED' },
  })
})
