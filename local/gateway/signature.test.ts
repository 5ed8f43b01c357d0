import { CloudWatchClient, ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../aws/clock.ts'
import { createIam } from '../iam/index.ts'
import { testPlace } from '../testing/context.ts'
import { closeGateways, gateway } from './testing/harness.ts'

afterEach(closeGateways)

const iam = createIam({ place: testPlace, seed: 'seed', clock: systemClock })
const credentials = iam.operatorCredentials()
const signedOnly = async (answers: Parameters<typeof gateway>[0]) => {
  const running = await gateway(answers, { authenticate: iam.authenticate })
  return { ...running, client: { ...running.client, credentials } }
}

const answers = {
  'dynamodb:GetItem': {},
  'sqs:SendMessage': { MD5OfMessageBody: '92eb5ffee6ae2fec3ad71c777531578f' },
  'logs:CreateLogGroup': {},
  'sns:ListTopics': {},
  'lambda:Invoke': { StatusCode: 200, Payload: '{}' },
  'monitoring:ListMetrics': {},
}
type Client = Awaited<ReturnType<typeof signedOnly>>['client'] & {
  readonly systemClockOffset?: number
  readonly requestHandler?: Handler
}

type Handler = DynamoDBClient['config']['requestHandler']

/** The SDK's own handler, but for the last byte of a body: another goes out than was signed. */
function changing(): Handler {
  const handler = new DynamoDBClient({ region: 'us-east-1' }).config.requestHandler
  const send = handler.handle.bind(handler)
  handler.handle = (request, options) => {
    const wire = request as { body: Uint8Array | string }
    const body = Buffer.from(wire.body as string)
    body.writeUInt8(body.readUInt8(body.length - 1) ^ 1, body.length - 1)
    wire.body = body
    return send(request, options)
  }
  return handler
}

describe('a signature', () => {
  it('of the SDK is accepted for every service and protocol', async () => {
    const { client, calls } = await signedOnly({
      'dynamodb:GetItem': {},
      'dynamodbstreams:ListStreams': {},
      'lambda:Invoke': { StatusCode: 200, Payload: '{}' },
      'monitoring:PutMetricData': {},
      'sns:ListTopics': {},
      'sqs:SendMessage': {},
    })
    await new DynamoDBClient(client).send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'ü' } } }))
    await new DynamoDBStreamsClient(client).send(new ListStreamsCommand({}))
    const FunctionName = 'arn:aws:lambda:us-east-1:000000000000:function:f'
    await new LambdaClient(client).send(new InvokeCommand({ FunctionName, Qualifier: 'a b', Payload: '{}' }))
    const MetricData = Array.from({ length: 400 }, () => ({ MetricName: 'Many', Value: 1 }))
    await new CloudWatchClient(client).send(new PutMetricDataCommand({ Namespace: 'n', MetricData }))
    await new SNSClient(client).send(new ListTopicsCommand({ NextToken: 'a+b c' }))
    const QueueUrl = `${client.endpoint}/000000000000/q`
    await new SQSClient({ ...client, md5: false }).send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'b' }),
    )
    expect(calls).toHaveLength(6)
  })

  const families = {
    'JSON 1.0': (client: Client) =>
      new DynamoDBClient(client).send(new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } })),
    'JSON 1.0, of SQS': (client: Client) =>
      new SQSClient(client).send(
        new SendMessageCommand({ QueueUrl: `${client.endpoint}/000000000000/q`, MessageBody: 'b' }),
      ),
    'JSON 1.1': (client: Client) =>
      new CloudWatchLogsClient(client).send(new CreateLogGroupCommand({ logGroupName: 'g' })),
    query: (client: Client) => new SNSClient(client).send(new ListTopicsCommand({ NextToken: 'a' })),
    REST: (client: Client) =>
      new LambdaClient(client).send(new InvokeCommand({ FunctionName: 'f', Payload: '{}' })),
    CBOR: (client: Client) => new CloudWatchClient(client).send(new ListMetricsCommand({ Namespace: 'n' })),
  }
  // SQS and CloudWatch send the query protocol's name along, and the SDK shows that.
  const ofQuery = ['query', 'JSON 1.0, of SQS', 'CBOR']
  const faults: [fault: string, change: Partial<Client>, json: string, query: string][] = [
    [
      'another secret',
      { credentials: { ...credentials, secretAccessKey: 'wrong' } },
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ],
    [
      'an unknown key',
      { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } },
      'UnrecognizedClientException',
      'InvalidClientTokenId',
    ],
    [
      'a clock 20 minutes slow',
      { systemClockOffset: -20 * 60_000 },
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ],
    [
      'a body changed on the way',
      { requestHandler: changing() },
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ],
  ]
  it.each(
    faults.flatMap(([fault, change, json, query]) =>
      Object.entries(families).map(
        ([family, call]) => [fault, family, change, call, ofQuery.includes(family) ? query : json] as const,
      ),
    ),
  )('with %s is refused under the name of the protocol: %s', async (_, __, change, call, name) => {
    const { client, calls } = await signedOnly(answers)
    expect(await call(client).then(() => 'accepted', String)).toBe('accepted')
    const accepted = calls.length
    await expect(call({ ...client, ...change })).rejects.toMatchObject({ name })
    expect(calls).toHaveLength(accepted)
  })

  it('must be there', async () => {
    const { endpoint } = await signedOnly({ 'dynamodb:GetItem': {} })
    const headers = { 'x-amz-target': 'DynamoDB_20120810.GetItem' }
    const response = await fetch(endpoint, { method: 'POST', headers, body: '{}' })
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ __type: 'com.amazon.coral.service#MissingAuthenticationTokenException' }),
    ])
  })
})
