import { createServer } from 'node:http'
import { Sha256 } from '@aws-crypto/sha256-js'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createIam } from '../index.ts'
import { place, role, roleArn } from '../testing/iam.ts'
import type { AddressInfo } from 'node:net'
import type { Credentials } from '../../aws/context.ts'
import type { Principal } from '../../aws/principal.ts'
import type { Iam } from '../index.ts'
import type { HttpRequest } from './request.ts'

const signedAt = Date.UTC(2026, 0, 2, 3, 4, 5)
let now = signedAt
const minutes = (count: number): number => count * 60_000

async function freshIam(): Promise<Iam> {
  const iam = createIam({ place, seed: 'seed', clock: { now: () => now, at: () => () => undefined } })
  await iam.service.deploy([role()])
  now = signedAt
  return iam
}

interface Wish {
  method?: string
  path?: string
  query?: Record<string, string | string[]>
  headers?: Record<string, string>
  body?: string
  credentials?: Credentials
  region?: string
  service?: string
  presign?: number
}

/** Signs as the AWS SDK does and answers what then goes over the wire. */
async function signed(iam: Iam, wish: Wish = {}): Promise<HttpRequest & { headers: Record<string, string> }> {
  const { method = 'POST', path = '/', query = {}, headers = {}, body = '{}', presign } = wish
  const signer = new SignatureV4({
    credentials: wish.credentials ?? iam.credentials(roleArn),
    region: wish.region ?? 'us-east-1',
    service: wish.service ?? 'dynamodb',
    sha256: Sha256,
  })
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query,
    headers: { host: '127.0.0.1:4566', ...headers },
    body,
  }
  const options = { signingDate: new Date(signedAt) }
  const result =
    presign === undefined
      ? await signer.sign(request, options)
      : await signer.presign(request, { ...options, expiresIn: presign })
  const search = Object.entries(result.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each ?? '')}`),
  )
  const url = result.path + (search.length > 0 ? `?${search.join('&')}` : '')
  return { method, url, headers: result.headers, body }
}

function refusal(iam: Iam, request: HttpRequest, service = 'dynamodb'): string {
  try {
    iam.authenticate(request, service)
    return 'accepted'
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`
    throw error
  }
}

const worker: Principal = { kind: 'role', roleArn, session: 'worker' }
const mismatch =
  'InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.'
const unknown = 'UnrecognizedClientException: The security token included in the request is invalid.'

describe('a request signed by the SDK is accepted', () => {
  test.each<[string, Wish]>([
    ['with a plain body', {}],
    ['without a body', { method: 'GET', body: '' }],
    ['with a body outside ASCII', { body: '{"a":"æ–€ 🎈"}' }],
    ['with a path that is encoded on the wire', { path: '/queue%2Fa/a%20b/%C3%A9' }],
    ['with odd characters in the path', { path: "/a!'()*~-_.:;@&=+$,b" }],
    ['with dot segments and double slashes', { path: '/a/./b/../c//d/' }],
    ['with a query', { query: { b: '2', a: '1', 'a-b': '3', A: '4' } }],
    ['with odd characters in the query', { query: { 'k é': "v+ /?!'()*~=&", '*': '' } }],
    ['with repeated names in the query', { query: { a: ['2', '10', '1'] } }],
    ['with spaces in headers', { headers: { 'x-note': '  a   b ', 'x-amz-target': 'T.Op' } }],
    ['as a presigned URL', { presign: 60, method: 'GET', body: '' }],
    [
      'as a presigned URL with query and headers',
      { presign: 60, query: { x: 'a b' }, headers: { 'x-y': 'z' } },
    ],
  ])('%s', async (_, wish) => {
    const iam = await freshIam()
    expect(iam.authenticate(await signed(iam, wish), 'dynamodb')).toEqual(worker)
  })

  test('and so is one of the operator, whose keys are stable', async () => {
    const iam = await freshIam()
    const request = await signed(iam, { credentials: (await freshIam()).operatorCredentials() })
    expect(iam.authenticate(request)).toEqual({ kind: 'operator' })
  })

  test('whatever the service, when none is expected', async () => {
    const iam = await freshIam()
    expect(iam.authenticate(await signed(iam, { service: 'sqs' }))).toEqual(worker)
  })

  test('within five minutes to either side', async () => {
    const iam = await freshIam()
    const request = await signed(iam)
    now = signedAt + minutes(5)
    expect(refusal(iam, request)).toBe('accepted')
    now = signedAt - minutes(5)
    expect(refusal(iam, request)).toBe('accepted')
  })
})

describe('a request is refused when', () => {
  const key = (credentials: Credentials, more: Partial<Credentials>): Credentials => ({
    ...credentials,
    ...more,
  })
  test.each<[string, (own: Credentials, operator: Credentials) => Credentials, string]>([
    ['its secret is wrong', (own) => key(own, { secretAccessKey: 'x'.repeat(40) }), mismatch],
    ['its access key is unknown', (own) => key(own, { accessKeyId: 'ASIAXXXXXXXXXXXXXXXX' }), unknown],
    ['its session token is wrong', (own) => key(own, { sessionToken: 'x' }), unknown],
    [
      'its session token is missing',
      ({ accessKeyId, secretAccessKey }) => ({ accessKeyId, secretAccessKey }),
      unknown,
    ],
    [
      'it brings a token for a key that has none',
      (_, operator) => key(operator, { sessionToken: 'x' }),
      unknown,
    ],
  ])('%s', async (_, credentials, message) => {
    const iam = await freshIam()
    const request = await signed(iam, {
      credentials: credentials(iam.credentials(roleArn), iam.operatorCredentials()),
    })
    expect(refusal(iam, request)).toContain(message)
  })

  test.each<[string, (request: Awaited<ReturnType<typeof signed>>) => HttpRequest]>([
    ['its body', (request) => ({ ...request, body: '{"a":1}' })],
    ['its method', (request) => ({ ...request, method: 'PUT' })],
    ['its path', (request) => ({ ...request, url: '/other?a=1' })],
    ['its query', (request) => ({ ...request, url: '/path?a=2' })],
    [
      'a signed header',
      (request) => ({ ...request, headers: { ...request.headers, 'x-amz-target': 'T.Other' } }),
    ],
    [
      'the hash of its body',
      (request) => ({
        ...request,
        body: '',
        headers: { ...request.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      }),
    ],
    [
      'its signature',
      (request) => ({
        ...request,
        headers: { ...request.headers, authorization: `${request.headers.authorization ?? ''}0` },
      }),
    ],
  ])('%s was changed on the way', async (_, change) => {
    const iam = await freshIam()
    const request = await signed(iam, {
      path: '/path',
      query: { a: '1' },
      headers: { 'x-amz-target': 'T.Op' },
    })
    expect(refusal(iam, request)).toBe('accepted')
    expect(refusal(iam, change(request))).toContain(mismatch)
  })

  test.each<[string, Wish, string]>([
    [
      'another region',
      { region: 'eu-west-1' },
      "InvalidSignatureException: Credential should be scoped to a valid region, not 'eu-west-1'. ",
    ],
    [
      'another service',
      { service: 'sqs' },
      "InvalidSignatureException: Credential should be scoped to correct service: 'dynamodb'. ",
    ],
  ])('it is meant for %s', async (_, wish, message) => {
    const iam = await freshIam()
    expect(refusal(iam, await signed(iam, wish))).toBe(message)
  })

  test.each<[string, number, string]>([
    [
      'old',
      minutes(5) + 1000,
      'Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030906Z - 5 min.)',
    ],
    [
      'of the future',
      -minutes(5) - 1000,
      'Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z (20260102T025904Z + 5 min.)',
    ],
  ])('it is %s', async (_, later, message) => {
    const iam = await freshIam()
    const request = await signed(iam)
    now = signedAt + later
    expect(refusal(iam, request)).toBe(`InvalidSignatureException: ${message}`)
  })

  test('its presigned URL has expired, though later than five minutes', async () => {
    const iam = await freshIam()
    const request = await signed(iam, { presign: 600, method: 'GET', body: '' })
    now = signedAt + minutes(10)
    expect(refusal(iam, request)).toBe('accepted')
    now += 1000
    expect(refusal(iam, request)).toBe(
      'InvalidSignatureException: Signature expired: 20260102T031405Z is now earlier than 20260102T031406Z',
    )
  })

  test.each<[string, Record<string, string>, string]>([
    ['has none', {}, 'MissingAuthenticationTokenException: Request is missing Authentication Token'],
    [
      'has a bearer token',
      { authorization: 'Bearer x' },
      "IncompleteSignatureException: Unsupported AWS 'algorithm': 'Bearer'. (Hashed with SHA-256 and encoded with Base64) Authorization=",
    ],
    [
      'lacks everything',
      { authorization: 'AWS4-HMAC-SHA256 X=y' },
      "IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with",
    ],
    [
      'is no list of pairs',
      { authorization: 'AWS4-HMAC-SHA256 Credential' },
      "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header (Hashed with",
    ],
    [
      'has a short credential',
      {
        authorization: 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x',
        'x-amz-date': '20260102T030405Z',
      },
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'",
    ],
    [
      'has another date format',
      {
        authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=x',
        'x-amz-date': '2026-01-02',
      },
      "Date must be in ISO-8601 'basic format'. Got '2026-01-02'.",
    ],
  ])('its Authorization %s', async (_, headers, message) => {
    expect(refusal(await freshIam(), { method: 'POST', url: '/', headers, body: '' })).toContain(message)
  })

  test('its presigned URL lacks a part', async () => {
    const request: HttpRequest = {
      method: 'GET',
      url: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256',
      headers: {},
      body: '',
    }
    expect(refusal(await freshIam(), request)).toContain(
      "IncompleteSignatureException: AWS query-string parameters must include 'X-Amz-Credential'. ",
    )
  })

  test.each<[string, RegExp, string, string]>([
    [
      'its scope ends otherwise',
      /aws4_request/,
      'aws3_request',
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3_request'. ",
    ],
    [
      'its scope is of another day',
      /\/20260102\//,
      '/20260101/',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260101' != '20260102', from '20260102T030405Z'. ",
    ],
    [
      'its host is not signed',
      /host;/,
      '',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization. ",
    ],
  ])('%s', async (_, part, replacement, message) => {
    const iam = await freshIam()
    const request = await signed(iam)
    const authorization = String(request.headers.authorization).replace(part, replacement)
    expect(refusal(iam, { ...request, headers: { ...request.headers, authorization } })).toBe(
      `InvalidSignatureException: ${message}`,
    )
  })
})

describe('over the wire', () => {
  const seen: HttpRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      seen.push({ method, url, headers, body: Buffer.concat(chunks) })
      response.writeHead(500).end()
    })
  })
  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)))
  afterAll(() => server.close())

  test('what AWS clients send is accepted, and a byte of it changed is not', async () => {
    const iam = await freshIam()
    now = Date.now()
    const config = {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: iam.credentials(roleArn),
      maxAttempts: 1,
    }
    const get = new GetItemCommand({ TableName: 'T', Key: { id: { S: 'é *' } } })
    await new DynamoDBClient(config).send(get).catch(() => undefined)
    await new STSClient(config).send(new GetCallerIdentityCommand()).catch(() => undefined)
    expect(seen.map((request) => iam.authenticate(request))).toEqual([worker, worker])
    const [first] = seen
    expect(refusal(iam, { method: 'POST', url: '/', headers: first?.headers ?? {}, body: 'x' })).toContain(
      mismatch,
    )
  })
})
