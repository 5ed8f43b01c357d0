import { describe, expect, test } from 'vitest'
import { roleArn } from '../testing/iam.ts'
import { freshIam, minutes, mismatch, refusal, signed, signedAt, time } from '../testing/signed.ts'
import type { Credentials } from '../../aws/context.ts'
import type { HttpRequest } from './request.ts'
import type { Wish } from '../testing/signed.ts'

const unknown = 'UnrecognizedClientException: The security token included in the request is invalid.'

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
    time.now = signedAt + later
    expect(refusal(iam, request)).toBe(`InvalidSignatureException: ${message}`)
  })

  test('its presigned URL has expired, though later than five minutes', async () => {
    const iam = await freshIam()
    const request = await signed(iam, { presign: 600, method: 'GET', body: '' })
    time.now = signedAt + minutes(10)
    expect(refusal(iam, request)).toBe('accepted')
    time.now += 1000
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

  test.each(['604801', '-1', '1.5', 'x'])(
    'its presigned URL is to be valid for %s seconds',
    async (expires) => {
      const iam = await freshIam()
      const request = await signed(iam, { presign: 60, method: 'GET', body: '' })
      const url = request.url.replace('X-Amz-Expires=60', `X-Amz-Expires=${expires}`)
      expect(refusal(iam, { ...request, url })).toContain(
        'IncompleteSignatureException: X-Amz-Expires must be less than a week (in seconds)',
      )
    },
  )

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
