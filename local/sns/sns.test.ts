import { readdirSync, readFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { AwsError } from '../aws/error.ts'
import { fakeClock } from '../testing/clock.ts'
import { startSns, topicArn } from './testing/sns.ts'

const numberAttribute = { DataType: 'Number', StringValue: '99.12' }

test('a queue gets the envelope, with the attributes in it', async () => {
  await using sns = await startSns()
  await sns.subscribeQueue('inbox')
  const { MessageId } = await sns.publish('hello', {
    Subject: 'Hi',
    MessageAttributes: { size: numberAttribute },
  })
  const [message] = await sns.queue('inbox')
  expect(JSON.parse(String(message?.Body))).toMatchObject({
    Type: 'Notification',
    MessageId,
    TopicArn: topicArn,
    Subject: 'Hi',
    Message: 'hello',
    Timestamp: '2026-01-01T00:00:00.000Z',
    MessageAttributes: { size: { Type: 'Number', Value: '99.12' } },
  })
})

test('raw delivery hands over the bare message and its attributes', async () => {
  await using sns = await startSns()
  await sns.subscribeQueue('inbox', { RawMessageDelivery: 'true' })
  await sns.publish('hello', { MessageAttributes: { size: numberAttribute } })
  expect(await sns.queue('inbox')).toMatchObject([
    { Body: 'hello', MessageAttributes: { size: numberAttribute } },
  ])
})

test('a queue is written to as the topic, so that its policy decides', async () => {
  await using sns = await startSns()
  await sns.subscribeQueue('inbox')
  await sns.publish('hello')
  await sns.clock.advance(0)
  const sent = sns.context.activities.find(({ what }) => what === 'SendMessage')
  expect(sent?.principal).toEqual({ kind: 'service', service: 'sns.amazonaws.com', sourceArn: topicArn })
})

test('a function gets an SNS event', async () => {
  await using sns = await startSns()
  const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:reader'
  await sns.call('sns', 'Subscribe', { TopicArn: topicArn, Protocol: 'lambda', Endpoint })
  await sns.publish('hello')
  await sns.clock.advance(0)
  expect(sns.invoked).toMatchObject([
    {
      Records: [
        {
          EventSource: 'aws:sns',
          Sns: { Message: 'hello', Subject: null, TopicArn: topicArn, MessageAttributes: {} },
        },
      ],
    },
  ])
})

test('e-mail goes to a mailbox and to a file that people can read', async () => {
  await using sns = await startSns()
  await sns.call('sns', 'Subscribe', { TopicArn: topicArn, Protocol: 'email', Endpoint: 'ops@example.com' })
  await sns.publish('all is well', { Subject: 'News' })
  await sns.clock.advance(0)
  const mail = {
    to: 'ops@example.com',
    subject: 'News',
    body: 'all is well',
    topic: topicArn,
    at: sns.clock.now(),
  }
  expect(sns.sns.mailbox()).toEqual([mail])
  const folder = join(sns.context.data, 'mailbox')
  const [file = ''] = readdirSync(folder)
  expect(readFileSync(join(folder, file), 'utf8')).toMatch(/Subject: News\n[^]*\n\nall is well\n/)
})

test('a message can differ by protocol', async () => {
  await using sns = await startSns()
  await sns.subscribeQueue('inbox', { RawMessageDelivery: 'true' })
  await sns.call('sns', 'Subscribe', { TopicArn: topicArn, Protocol: 'email', Endpoint: 'ops@example.com' })
  await sns.publish('{"default":"for all","sqs":"for queues"}', { MessageStructure: 'json' })
  expect(await sns.queue('inbox')).toMatchObject([{ Body: 'for queues' }])
  expect(sns.sns.mailbox()).toMatchObject([{ body: 'for all' }])
})

test('what a filter policy does not let through is not delivered', async () => {
  await using sns = await startSns()
  await sns.subscribeQueue('inbox', { RawMessageDelivery: 'true', FilterPolicy: '{"kind":["big"]}' })
  await sns.publish('small one', {
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'small' } },
  })
  await sns.publish('big one', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'big' } } })
  expect(await sns.queue('inbox')).toMatchObject([{ Body: 'big one' }])
})

test('an injected fault makes the next publishes fail and nothing is delivered', async () => {
  await using sns = await startSns()
  await sns.subscribeQueue('inbox')
  sns.sns.faults.failPublish(2, 'Throttled')
  await expect(sns.publish('one')).rejects.toMatchObject({ code: 'Throttled', status: 429 })
  await expect(sns.publish('two')).rejects.toMatchObject({ code: 'Throttled' })
  await sns.publish('three')
  expect(await sns.queue('inbox')).toHaveLength(1)
})

test('what was accepted before a stop is delivered after the next start', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sns-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const clock = fakeClock()
  {
    await using sns = await startSns({ data, clock, start: false })
    await sns.subscribeQueue('inbox')
    await sns.publish('hello')
  }
  await using sns = await startSns({ data, clock })
  expect(await sns.queue('inbox')).toHaveLength(1)
})

test('a delivery that fails for now is tried again until it is taken', async () => {
  let down = true
  const outage = new AwsError('ServiceException', 'down', { status: 500 })
  await using sns = await startSns({ functionFailure: () => (down ? outage : undefined) })
  const Endpoint = 'arn:aws:lambda:us-east-1:000000000000:function:reader'
  await sns.call('sns', 'Subscribe', { TopicArn: topicArn, Protocol: 'lambda', Endpoint })
  await sns.publish('hello')
  await sns.clock.advance(60_000)
  expect(sns.invoked).toHaveLength(0)
  down = false
  await sns.clock.advance(20_000)
  expect(sns.invoked).toHaveLength(1)
})

test('a delivery that cannot succeed goes to the dead-letter queue of the subscription', async () => {
  await using sns = await startSns()
  await sns.call('sqs', 'CreateQueue', { QueueName: 'lost' })
  const redrive = JSON.stringify({ deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:lost' })
  await sns.subscribeQueue('inbox', { RedrivePolicy: redrive })
  await sns.call('sqs', 'DeleteQueue', { QueueUrl: `${sns.context.place.awsEndpoint}/000000000000/inbox` })
  await sns.publish('hello')
  const [message] = await sns.queue('lost')
  expect(JSON.parse(String(message?.Body))).toMatchObject({ Message: 'hello' })
  expect(message?.MessageAttributes).toMatchObject({ ErrorCode: { StringValue: 'QueueDoesNotExist' } })
})

test.each([
  [{ Message: '' }, 'InvalidParameter', 'Invalid parameter: Empty message'],
  [{ Subject: '' }, 'InvalidParameter', 'Invalid parameter: Subject'],
  [{ Subject: 'two\nlines' }, 'InvalidParameter', 'Invalid parameter: Subject'],
  [{ Subject: 'x'.repeat(101) }, 'InvalidParameter', 'Invalid parameter: Subject'],
  [{ Message: 'x'.repeat(262_145) }, 'InvalidParameter', 'Invalid parameter: Message too long'],
  [
    { MessageStructure: 'json' },
    'InvalidParameter',
    'Invalid parameter: Message Structure - JSON message body failed to parse',
  ],
  [
    { Message: '{"sqs":"x"}', MessageStructure: 'json' },
    'InvalidParameter',
    'Invalid parameter: Message Structure - No default entry in JSON message body',
  ],
  [
    { TopicArn: 'news' },
    'InvalidParameter',
    'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
  ],
  [{ TopicArn: `${topicArn}2` }, 'NotFound', 'Topic does not exist'],
  [
    { MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
    'ParameterValueInvalid',
    "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
])('publishing %o is refused with %s', async (more, code, message) => {
  await using sns = await startSns()
  await expect(sns.publish('hello', more)).rejects.toMatchObject({ code, message })
})

test('the entries of a batch succeed and fail one by one', async () => {
  await using sns = await startSns()
  await sns.subscribeQueue('inbox')
  const PublishBatchRequestEntries = [
    { Id: 'a', Message: 'one' },
    { Id: 'b', Message: '' },
  ]
  expect(
    await sns.call('sns', 'PublishBatch', { TopicArn: topicArn, PublishBatchRequestEntries }),
  ).toMatchObject({
    Successful: [{ Id: 'a' }],
    Failed: [{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }],
  })
  expect(await sns.queue('inbox')).toHaveLength(1)
})

test('protocols that are not served are refused by name', async () => {
  await using sns = await startSns()
  const subscribe = (Protocol: string): Promise<unknown> =>
    sns.call('sns', 'Subscribe', { TopicArn: topicArn, Protocol, Endpoint: 'http://127.0.0.1/' })
  await expect(subscribe('http')).rejects.toThrow('The protocol http is not supported by the local SNS')
  await expect(subscribe('pigeon')).rejects.toThrow(
    'Amazon SNS does not support this protocol string: pigeon',
  )
})

test('subscribing twice is one subscription, listed and described', async () => {
  await using sns = await startSns()
  const first = await sns.subscribeQueue('inbox', { RawMessageDelivery: 'true' })
  expect(await sns.subscribeQueue('inbox', { RawMessageDelivery: 'true' })).toBe(first)
  await expect(sns.subscribeQueue('inbox', { RawMessageDelivery: 'false' })).rejects.toThrow(
    'Subscription already exists with different attributes',
  )
  const { Subscriptions } = await sns.call('sns', 'ListSubscriptionsByTopic', { TopicArn: topicArn })
  expect(Subscriptions).toMatchObject([{ SubscriptionArn: first, Protocol: 'sqs' }])
  const { Attributes } = await sns.call('sns', 'GetSubscriptionAttributes', { SubscriptionArn: first })
  expect(Attributes).toMatchObject({ RawMessageDelivery: 'true', PendingConfirmation: 'false' })
  await sns.call('sns', 'Unsubscribe', { SubscriptionArn: first })
  await expect(
    sns.call('sns', 'GetSubscriptionAttributes', { SubscriptionArn: first }),
  ).rejects.toMatchObject({
    code: 'NotFound',
    status: 404,
  })
})

test('topics and subscriptions follow the template', async () => {
  await using sns = await startSns()
  const topic = {
    stack: 'Test',
    logicalId: 'News',
    type: 'AWS::SNS::Topic',
    ref: topicArn,
    attributes: { TopicArn: topicArn, TopicName: 'news' },
    properties: { Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.com' }] },
  }
  const count = async (): Promise<unknown> => {
    const { Attributes } = await sns.call('sns', 'GetTopicAttributes', { TopicArn: topicArn })
    return (Attributes as Record<string, unknown>).SubscriptionsConfirmed
  }
  await sns.sns.deploy([topic])
  expect(await count()).toBe('1')
  await sns.sns.deploy([{ ...topic, properties: {} }])
  expect(await count()).toBe('0')
  await expect(sns.sns.deploy([{ ...topic, properties: { FifoTopic: true } }])).rejects.toThrow(
    'Test/News (AWS::SNS::Topic): FIFO topics are not supported by the local SNS',
  )
})

test('a topic without a policy of its own lets alarms publish, one with a policy decides itself', async () => {
  await using sns = await startSns()
  const permissions = (): unknown => sns.sns.actions.Publish?.permissions({ TopicArn: topicArn })
  expect(permissions()).toMatchObject([
    { resourcePolicy: { Statement: [{ Principal: { Service: 'cloudwatch.amazonaws.com' } }] } },
  ])
  const Policy = JSON.stringify({
    Statement: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }],
  })
  await sns.call('sns', 'SetTopicAttributes', {
    TopicArn: topicArn,
    AttributeName: 'Policy',
    AttributeValue: Policy,
  })
  expect(permissions()).toMatchObject([
    { action: 'sns:Publish', resourcePolicy: { Statement: [{ Effect: 'Deny' }] } },
  ])
})
