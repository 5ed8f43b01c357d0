import { expect, test } from 'vitest'
import type { FieldOutcome, HttpResponse } from '../resolver.ts'
import { bench, role, type Bench } from '../runtime/testing/resolve.ts'

/** Sends a request object through an HTTP source; the value is what the response handler saw. */
async function send(
  request: object,
  options: { source?: string; http?: () => HttpResponse } = {},
): Promise<{ made: Bench; outcome: FieldOutcome }> {
  const made = bench(options.http ? { http: options.http } : {})
  const code = `export const request = (ctx) => (${JSON.stringify(request)})\nexport const response = (ctx) => ({ result: ctx.result, error: ctx.error ?? null })`
  return { made, outcome: await made.unit(code, {}, options.source ?? 'http') }
}

test('method, path, query, headers and body make the request', async () => {
  const params = {
    query: { a: 'b c', list: ['1', '2'], n: 3 },
    headers: { 'Content-Type': 'application/json', 'X-A': 'b' },
    body: { x: 1 },
  }
  const { made } = await send({ method: 'POST', resourcePath: '/v1/things', params })
  expect(made.requests).toMatchObject([
    {
      url: 'https://api.example.com/v1/things?a=b+c&list=1&list=2&n=3',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-a': 'b' },
      body: '{"x":1}',
    },
  ])
})

test('a text body is sent as it is, none as nothing', async () => {
  expect(
    (await send({ method: 'PUT', resourcePath: 'x', params: { body: '<a/>' } })).made.requests,
  ).toMatchObject([{ url: 'https://api.example.com/x', body: '<a/>' }])
  expect((await send({ method: 'GET', resourcePath: '/' })).made.requests).toMatchObject([{ body: '' }])
})

test('a status of 404 is a result, its body is text', async () => {
  const http = (): HttpResponse => ({
    statusCode: 404,
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  })
  expect((await send({ method: 'GET', resourcePath: '/' }, { http })).outcome.value).toEqual({
    result: http(),
    error: null,
  })
})

test('an endpoint that cannot be reached is an error for the response handler', async () => {
  const http = (): HttpResponse => {
    throw new Error('connect ECONNREFUSED')
  }
  expect((await send({ method: 'GET', resourcePath: '/' }, { http })).outcome.value).toMatchObject({
    result: null,
    error: { message: 'connect ECONNREFUSED' },
  })
})

const refused: [request: object, message: string][] = [
  [{ method: 'GET' }, "Value for field '$[resourcePath]' not found."],
  [{ method: 'HEAD', resourcePath: '/' }, "Unsupported method 'HEAD' for field '$[method]'."],
  [
    { method: 'GET', resourcePath: '/', params: { headers: { Host: 'x' } } },
    "The header 'Host' cannot be set.",
  ],
  [
    { method: 'GET', resourcePath: '/', params: { headers: { 'content-length': '1' } } },
    "The header 'content-length' cannot be set.",
  ],
  [
    { method: 'POST', resourcePath: '/', params: { headers: { 'content-type': 'image/png' } } },
    "Unsupported content type 'image/png'.",
  ],
  [{ method: 'POST', resourcePath: '/', params: { form: {} } }, "Unsupported element '$[params][form]'."],
]

test.each(refused)('refused: %j', async (request, message) => {
  const { made, outcome } = await send(request)
  expect(outcome.error).toMatchObject({ errorType: 'MappingTemplate', message })
  expect(made.requests).toEqual([])
})

test.each([
  'text/plain; charset=utf-8',
  'application/x-amz-json-1.0',
  'application/soap+xml',
  'application/x-ndjson',
])('the content type %s passes', async (type) => {
  expect(
    (await send({ method: 'POST', resourcePath: '/', params: { headers: { 'content-type': type } } })).made
      .requests,
  ).toHaveLength(1)
})

test("a signing source goes to AWS's hosts under its role, unsigned: they are served here", async () => {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AWSStepFunctions.StartExecution',
  }
  const { made } = await send(
    { method: 'POST', resourcePath: '/', params: { headers, body: { name: 'x' } } },
    { source: 'aws' },
  )
  expect(made.requests).toEqual([
    {
      url: 'https://states.us-east-1.amazonaws.com/',
      method: 'POST',
      headers,
      body: '{"name":"x"}',
      principal: { kind: 'role', roleArn: role, session: 'APPSYNC_ASSUME_ROLE' },
      signing: { region: 'us-east-1', service: 'states' },
    },
  ])
})

test('to other hosts the signature goes along', async () => {
  const { made } = await send(
    { method: 'POST', resourcePath: '/x', params: { body: 'hi', query: { a: '1' } } },
    { source: 'signed' },
  )
  const [request] = made.requests
  expect(request?.signing).toBeUndefined()
  expect(request?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=key of arn:aws:iam::000000000000:role\/source\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
  )
})
