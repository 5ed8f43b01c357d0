import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { PublishCommand, SNSClient, SubscribeCommand, ListTopicsCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { synthesizeNotes } from './fixtures/notes/app.ts'
import { startApp, type RunningApp } from './testing/app.ts'

let app: RunningApp
beforeAll(async () => void (app = await startApp(synthesizeNotes)))
afterAll(() => app.stop())

/** Asks until the answer is there. */
async function eventually<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('clients of the AWS SDK, over HTTP', () => {
  const queue = async (sqs: SQSClient, QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
    const get = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
    return { QueueUrl, arn: (await sqs.send(get)).Attributes?.QueueArn ?? '' }
  }

  it('move what a queue set aside back to it, and learn which messages of a batch failed', async () => {
    const sqs = new SQSClient(app.client)
    const dead = await queue(sqs, 'dead')
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 })
    const { QueueUrl } = await queue(sqs, 'source', { RedrivePolicy, VisibilityTimeout: '0' })
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'a parcel' },
          { Id: 'bad', MessageBody: 'late', DelaySeconds: 901 },
        ],
      }),
    )
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good'])
    expect(sent.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidParameterValue' }])

    const receive = async (from: string | undefined) =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl: from, VisibilityTimeout: 0 }))).Messages
    expect(await receive(QueueUrl)).toHaveLength(1)
    expect(await receive(QueueUrl)).toBeUndefined()
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }))
    const moved = await eventually(async () => {
      const list = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }))
      return list.Results?.find(({ Status }) => Status === 'COMPLETED')
    })
    expect(moved).toMatchObject({ ApproximateNumberOfMessagesMoved: 1 })
    expect(await receive(QueueUrl)).toMatchObject([{ Body: 'a parcel' }])
  })

  it('subscribe to a topic, by what a message says', async () => {
    const sns = new SNSClient(app.client)
    const sqs = new SQSClient(app.client)
    const TopicArn = (await sns.send(new ListTopicsCommand({}))).Topics?.[0]?.TopicArn
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
      },
    ]
    const { QueueUrl, arn } = await queue(sqs, 'heavy', {
      Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
    })
    const FilterPolicy = JSON.stringify({ grams: [{ numeric: ['>', 500] }] })
    const Attributes = { FilterPolicy, RawMessageDelivery: 'true' }
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes }))
    for (const grams of ['100', '900']) {
      const MessageAttributes = { grams: { DataType: 'Number', StringValue: grams } }
      await sns.send(new PublishCommand({ TopicArn, Message: grams, MessageAttributes }))
    }
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 10 })
    expect((await sqs.send(receive)).Messages?.map(({ Body }) => Body)).toEqual(['900'])
  })

  it('count, and set an alarm', async () => {
    const cloudwatch = new CloudWatchClient(app.client)
    const metric = { Namespace: 'Parcels', MetricName: 'Lost' }
    const Timestamp = new Date()
    const MetricData = [2, 3].map((Value) => ({
      MetricName: 'Lost',
      Value,
      Unit: 'Count' as const,
      Timestamp,
    }))
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Parcels', MetricData }))
    const span = { StartTime: new Date(+Timestamp - 600_000), EndTime: new Date(+Timestamp + 60_000) }
    const ask = new GetMetricStatisticsCommand({ ...metric, ...span, Period: 3600, Statistics: ['Sum'] })
    const { Datapoints = [] } = await cloudwatch.send(ask)
    expect(Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)).toBe(5)
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        ...metric,
        AlarmName: 'lost',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 4,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    )
    const alarm = async () =>
      (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['lost'] }))).MetricAlarms?.[0]
    expect(await alarm()).toMatchObject({
      ...metric,
      Threshold: 4,
      AlarmConfigurationUpdatedTimestamp: expect.any(Date) as Date,
    })
    const tried = { AlarmName: 'lost', StateValue: 'ALARM' as const, StateReason: 'a drill' }
    await cloudwatch.send(new SetAlarmStateCommand(tried))
    expect(await alarm()).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' })
  })

  it('write logs and find lines in them', async () => {
    const logs = new CloudWatchLogsClient(app.client)
    const log = { logGroupName: 'parcels', logStreamName: 'today' }
    await logs.send(new CreateLogGroupCommand(log))
    await logs.send(new CreateLogStreamCommand(log))
    const timestamp = Date.now()
    const logEvents = ['{"weight": 3}', '{"weight": 9}'].map((message) => ({ message, timestamp }))
    await logs.send(new PutLogEventsCommand({ ...log, logEvents }))
    const find = new FilterLogEventsCommand({ logGroupName: 'parcels', filterPattern: '{ $.weight > 5 }' })
    expect((await logs.send(find)).events?.map(({ message }) => message)).toEqual(['{"weight": 9}'])
  })

  it('run a state machine and read its history', async () => {
    const states = new SFNClient(app.client)
    const stateMachineArn = app.outputs.MachineArn
    const start = new StartExecutionCommand({ stateMachineArn, input: '{"text":"word"}', name: 'by-hand' })
    const { executionArn } = await states.send(start)
    const ended = await eventually(async () => {
      const execution = await states.send(new DescribeExecutionCommand({ executionArn }))
      return execution.status === 'RUNNING' ? undefined : execution
    })
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '[{"word":"word","grade":"short"}]' })
    expect(ended.stopDate).toBeInstanceOf(Date)
    const { events = [] } = await states.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true }),
    )
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['ExecutionSucceeded', 'ExecutionStarted'])
    await expect(
      states.send(new StartExecutionCommand({ stateMachineArn, input: '{}', name: 'by-hand' })),
    ).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
  })

  it('ask who they are', async () => {
    expect(await new STSClient(app.client).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/operator',
    })
  })

  it('are told by name what is missing', async () => {
    const sqs = new SQSClient(app.client)
    const QueueUrl = `${app.client.endpoint}/000000000000/none`
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    })
    const get = new GetItemCommand({ TableName: 'none', Key: { id: { S: 'a' } } })
    await expect(new DynamoDBClient(app.client).send(get)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})

describe('a request is refused that', () => {
  const refusal = async (change: (client: DynamoDBClient) => void, credentials = app.client.credentials) => {
    const client = new DynamoDBClient({ ...app.client, credentials })
    change(client)
    const answer = client.send(new ListTablesCommand({})).then(
      () => 'accepted',
      (error: unknown) => String(error),
    )
    return answer.finally(() => client.destroy())
  }
  const asIs = (): void => undefined

  it('is signed with another secret', async () => {
    const wrong = { ...app.client.credentials, secretAccessKey: 'wrong' }
    expect(await refusal(asIs)).toBe('accepted')
    expect(await refusal(asIs, wrong)).toMatch(
      /^InvalidSignatureException: The request signature we calculated does not match the signature you provided/,
    )
  })

  it('is signed by a key that nobody has', async () => {
    const unknown = { ...app.client.credentials, accessKeyId: 'AKIAUNKNOWN' }
    expect(await refusal(asIs, unknown)).toBe(
      'UnrecognizedClientException: The security token included in the request is invalid.',
    )
  })

  it('comes from a clock that is 20 minutes slow', async () => {
    const slow = (client: DynamoDBClient): void => void (client.config.systemClockOffset = -20 * 60_000)
    expect(await refusal(slow)).toMatch(/^InvalidSignatureException: Signature expired: /)
  })

  it('was changed on the way', async () => {
    const change = (client: DynamoDBClient): void =>
      client.middlewareStack.add(
        (next) => (args) => {
          ;(args.request as { body: string }).body = '[]'
          return next(args)
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
    expect(await refusal(change)).toMatch(/^InvalidSignatureException: The request signature we calculated/)
  })
})
