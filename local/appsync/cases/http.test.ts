import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { json as readJson } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type SmallServer } from '../testing/server.ts'
import { answering } from '../testing/template.ts'

let server: SmallServer
beforeAll(async () => {
  server = await serve({
    schema: `
      enum Color { RED GREEN }
      input Line { name: String! count: Int color: Color }
      type Query {
        echo(text: String, when: AWSDateTime, mail: AWSEmail, count: Int, line: Line, lines: [Line!], must: String = "d"): String
        json(x: AWSJSON): AWSJSON
        headers: AWSJSON
        strict(must: String!): String
        things: [Thing]
      }
      type Thing { id: ID! things: [Thing] }
    `,
    resolvers: {
      'Query.echo': answering('JSON.stringify(ctx.args)'),
      'Query.json': answering('ctx.args.x'),
      'Query.headers': answering('ctx.request.headers'),
    },
  })
})
afterAll(() => server.close())

const post = async (body: string, headers: Record<string, string> = {}) => {
  const all = { 'content-type': 'application/json', 'x-api-key': server.key, ...headers }
  const response = await server.fetch({ method: 'POST', headers: all, body })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { errors: Record<string, unknown>[] },
  }
}
const malformed = (message: string) => ({ errors: [{ errorType: 'MalformedHttpRequestException', message }] })
const unparsable = malformed('Unable to parse GraphQL query.')

test('case 1: no credential is a 401 with its type in body and header', async () => {
  const { status, headers, body } = await server.ask('{ echo }', {}, { 'x-api-key': null })
  expect(status).toBe(401)
  expect(headers.get('x-amzn-errortype')).toBe('UnauthorizedException')
  expect(body).toEqual({
    errors: [{ errorType: 'UnauthorizedException', message: 'Valid authorization header not provided.' }],
  })
})

test('case 2: an unknown key is a 401', async () => {
  const { status, headers, body } = await server.ask(
    '{ echo }',
    {},
    { 'x-api-key': 'da2-aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  )
  expect(status).toBe(401)
  expect(headers.get('x-amzn-errortype')).toBe('UnauthorizedException')
  expect(body.errors?.[0]?.message).toBe('You are not authorized to make this call.')
})

test('case 2: an expired key is a 401', async () => {
  const old = await serve({
    schema: 'type Query { a: Int }',
    key: { Expires: Math.floor(Date.now() / 1000) },
  })
  const { status, headers, body } = await old.ask('{ a }')
  await old.close()
  expect([status, headers.get('x-amzn-errortype')]).toEqual([401, 'UnauthorizedException'])
  expect(body.errors?.[0]?.message).toBe('You are not authorized to make this call.')
})

test('case 4: an empty body is a 400', async () => {
  const { status, headers, body } = await post('')
  expect(status).toBe(400)
  expect(headers.get('x-amzn-errortype')).toBe('MalformedHttpRequestException')
  expect(body).toEqual(malformed('Request body is empty.'))
})

test.each(['{}', '[]', 'meow', 'null', '"x"', '{"query": 1}', '{"query":"{ echo }","variables":[]}'])(
  'case 5: the body %s is a 400',
  async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: unparsable })
  },
)

test.each(['{a', 'query {', ''])('case 6: the query "%s" is a 400', async (query) => {
  expect(await post(JSON.stringify({ query }))).toMatchObject({ status: 400, body: unparsable })
})

test('arguments come as graphql-java coerces them', async () => {
  const { body } = await server.ask(
    'query ($t: String, $c: Int, $l: [Line!]) { echo(text: $t, count: $c, lines: $l) }',
    {
      t: 5,
      c: '7',
      l: { name: 'one' },
    },
  )
  expect(JSON.parse(body.data?.echo as string)).toEqual({
    text: '5',
    count: 7,
    lines: [{ name: 'one' }],
    must: 'd',
  })
})

test('case 11: GET with parameters answers as POST does', async () => {
  const parameters = new URLSearchParams({
    query: 'query ($t: String) { echo(text: $t) }',
    variables: '{"t":"x"}',
  })
  const response = await server.fetch({
    path: `/graphql?${parameters.toString()}`,
    headers: { 'x-api-key': server.key },
  })
  expect(await response.json()).toEqual({ data: { echo: '{"text":"x","must":"d"}' } })
})

test('case 12: application/graphql with a JSON body is accepted, other types are not', async () => {
  const body = JSON.stringify({ query: '{ echo }' })
  expect((await post(body, { 'content-type': 'application/graphql' })).status).toBe(200)
  expect((await post(body, { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(200)
  expect(await post(body, { 'content-type': 'text/plain' })).toMatchObject({ status: 400, body: unparsable })
  // Bytes, for which fetch adds no type of its own.
  const untyped = await server.fetch({
    method: 'POST',
    headers: { 'x-api-key': server.key },
    body: Buffer.from(body),
  })
  expect([untyped.status, await untyped.json()]).toEqual([400, unparsable])
})

test('case 13: a preflight from any origin is allowed, and answers carry ids and exposed headers', async () => {
  const asked = 'x-api-key,authorization,x-amz-user-agent,content-type'
  const preflight = await server.fetch({
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
  })
  expect(preflight.status).toBe(200)
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
  expect(preflight.headers.get('access-control-allow-headers')).toBe(asked)
  const { headers } = await server.ask('{ echo }')
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  expect(headers.get('x-amzn-appsync-tokensconsumed')).toBe('1')
  expect(headers.get('content-type')).toBe('application/json;charset=UTF-8')
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-expose-headers')).toContain('x-amzn-ErrorType')
})

test('case 32: AWSJSON arrives parsed and leaves as a JSON string', async () => {
  const { body } = await server.ask('query ($x: AWSJSON) { json(x: $x) same: echo(text: "a") }', {
    x: '{"a":1}',
  })
  expect(body.data?.json).toBe('{"a":1}')
  const refused = await server.ask('query ($x: AWSJSON) { json(x: $x) }', { x: { a: 1 } })
  expect(refused.body.errors?.[0]?.message).toBe(
    "Variable 'x' has an invalid value. Unable to parse {a=1} as valid JSON.",
  )
})

test('a huge body is answered and the server lives on', async () => {
  const response = await server.fetch({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': server.key },
    body: JSON.stringify({ query: '{ echo }', variables: { x: 'x'.repeat(2_000_000) } }),
  })
  expect(response.status).toBe(413)
  expect((await server.ask('{ echo }')).status).toBe(200)
})

test('a query of more than 15,000 tokens is refused', async () => {
  const { status, body } = await server.ask(`{ ${'echo '.repeat(15_001)} }`)
  expect([status, body.errors?.[0]?.message]).toEqual([200, 'Maximum char length exceeded'])
})

test('of several operations one must be named', async () => {
  const query = 'query A { echo } query B { json(x: "1") }'
  expect(await post(JSON.stringify({ query }))).toMatchObject({
    status: 400,
    body: malformed('Missing operation name.'),
  })
  expect(await post(JSON.stringify({ query, operationName: 'B' }))).toMatchObject({
    status: 200,
    body: { data: { json: '1' } },
  })
  expect(await post(JSON.stringify({ query, operationName: 'C' }))).toMatchObject({ status: 400 })
})

test('another path or method is refused', async () => {
  expect((await server.fetch({ path: '/other' })).status).toBe(404)
  expect((await server.fetch({ method: 'PUT', body: '{}' })).status).toBe(405)
})

test('a repeated header is a list, and cookies are withheld', async () => {
  const body = JSON.stringify({ query: '{ headers }' })
  const headers = [
    'host',
    'localhost',
    'x-api-key',
    server.key,
    'content-type',
    'application/json',
    'cookie',
    'a=b',
    'x-two',
    '1',
    'x-two',
    '2',
  ]
  const asked = request({
    port: server.port,
    host: '127.0.0.1',
    path: '/graphql',
    method: 'POST',
    headers,
  }).end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const { data: answered } = (await readJson(response)) as { data: { headers: string } }
  const seen = JSON.parse(answered.headers) as Record<string, unknown>
  expect(seen['x-two']).toEqual(['1', '2'])
  expect(seen).not.toHaveProperty('cookie')
})
