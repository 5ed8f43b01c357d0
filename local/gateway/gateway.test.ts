import { afterEach, describe, expect, it } from 'vitest'
import { closeGateways, gateway } from './testing/harness.ts'

afterEach(closeGateways)

const when = new Date('2026-03-01T10:20:30.500Z')

describe('a request that makes no sense', () => {
  const answers = { 'dynamodb:GetItem': {}, 'sns:Publish': {}, 'monitoring:PutMetricData': {} }
  const json = { 'content-type': 'application/x-amz-json-1.0' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const cbor = { 'smithy-protocol': 'rpc-v2-cbor' }
  const metrics = '/service/GraniteServiceVersion20100801/operation/PutMetricData'

  it.each<
    [
      string,
      { path?: string; method?: string; headers?: Record<string, string>; body?: string | Uint8Array },
      number,
      string,
    ]
  >([
    ['no operation', {}, 404, 'UnknownOperationException'],
    ['a GET', { method: 'GET' }, 404, 'UnknownOperationException'],
    ['a path of slashes', { path: '//?%', method: 'GET' }, 404, 'UnknownOperationException'],
    [
      'an unknown operation',
      { headers: { ...json, 'x-amz-target': 'DynamoDB_20120810.Fly' } },
      400,
      'UnknownOperationException',
    ],
    [
      'an inherited member as operation',
      { headers: { ...json, 'x-amz-target': 'DynamoDB_20120810.constructor' } },
      400,
      'UnknownOperationException',
    ],
    [
      'an unknown service',
      { headers: { ...json, 'x-amz-target': 'TrentService.Encrypt' } },
      400,
      'TrentService',
    ],
    [
      'broken JSON',
      { headers: { ...json, 'x-amz-target': 'DynamoDB_20120810.GetItem' }, body: '{"a":' },
      400,
      'SerializationException',
    ],
    [
      'JSON that is no object',
      { headers: { ...json, 'x-amz-target': 'DynamoDB_20120810.GetItem' }, body: '[1]' },
      400,
      'SerializationException',
    ],
    [
      'broken gzip',
      {
        headers: { ...json, 'content-encoding': 'gzip', 'x-amz-target': 'DynamoDB_20120810.GetItem' },
        body: 'x',
      },
      400,
      'SerializationException',
    ],
    [
      'broken CBOR',
      { path: metrics, headers: cbor, body: Uint8Array.of(0xbf, 0x61) },
      400,
      'SerializationException',
    ],
    [
      'CBOR that never ends nesting',
      { path: metrics, headers: cbor, body: new Uint8Array(5000).fill(0x81) },
      400,
      'SerializationException',
    ],
    [
      'a query action nobody has',
      { headers: form, body: 'Action=Fly&Version=2010-03-31' },
      400,
      '<Code>InvalidAction</Code>',
    ],
    [
      'a version nobody has',
      { headers: form, body: 'Action=Publish&Version=<1>' },
      400,
      '<Code>InvalidAction</Code>',
    ],
    [
      'a huge body',
      { headers: json, body: new Uint8Array(17 * 1024 * 1024) },
      413,
      'RequestEntityTooLargeException',
    ],
  ])(
    '%s is answered, and the next request too',
    async (_, { path = '/', method = 'POST', headers = {}, body }, status, text) => {
      const { endpoint, bugs } = await gateway(answers)
      const response = await fetch(endpoint + path, { method, headers, ...(body !== undefined && { body }) })
      expect(response.status).toBe(status)
      expect(Buffer.from(await response.arrayBuffer()).toString()).toContain(text)
      expect(bugs).toEqual([])
      expect((await fetch(endpoint)).status).toBe(404)
    },
  )
})

describe('inside the process', () => {
  it('a request for an AWS host is answered as over the wire', async () => {
    const { request, calls } = await gateway({
      'states:StartExecution': { executionArn: 'arn', startDate: when },
    })
    const answer = await request({
      host: 'states.us-east-1.amazonaws.com',
      method: 'POST',
      path: '/',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': 'AWSStepFunctions.StartExecution',
      },
      body: '{"stateMachineArn":"m"}',
      principal: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', session: 's' },
    })
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ executionArn: 'arn', startDate: when.getTime() / 1000 }),
    })
    expect(calls[0]?.input).toEqual({ stateMachineArn: 'm' })
  })
})
