import { createServer } from 'node:http'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { roleArn } from '../testing/iam.ts'
import { freshIam, minutes, mismatch, refusal, signed, signedAt, time, worker } from '../testing/signed.ts'
import type { AddressInfo } from 'node:net'
import type { HttpRequest } from './request.ts'
import type { Wish } from '../testing/signed.ts'

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
    time.now = signedAt + minutes(5)
    expect(refusal(iam, request)).toBe('accepted')
    time.now = signedAt - minutes(5)
    expect(refusal(iam, request)).toBe('accepted')
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
    time.now = Date.now()
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
