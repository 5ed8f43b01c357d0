import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
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

  it.each([
    [
      'another secret',
      { ...credentials, secretAccessKey: 'wrong' },
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ],
    [
      'an unknown key',
      { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' },
      'UnrecognizedClientException',
      'InvalidClientTokenId',
    ],
  ])('with %s is refused under the name of each protocol', async (_, wrong, json, query) => {
    const { client, calls } = await signedOnly({ 'dynamodb:GetItem': {}, 'sns:ListTopics': {} })
    const mistaken = { ...client, credentials: wrong }
    const get = new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } })
    await expect(new DynamoDBClient(mistaken).send(get)).rejects.toMatchObject({ name: json })
    await expect(new SNSClient(mistaken).send(new ListTopicsCommand({}))).rejects.toMatchObject({
      name: query,
    })
    expect(calls).toEqual([])
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
