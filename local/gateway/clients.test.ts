import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn'
import { GetTopicAttributesCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, it } from 'vitest'
import { closeGateways, gateway } from './testing/harness.ts'

afterEach(closeGateways)

const when = new Date('2026-03-01T10:20:30.500Z')

describe('the AWS SDK', () => {
  it('reads and writes DynamoDB in JSON 1.0', async () => {
    const { client, calls } = await gateway({ 'dynamodb:GetItem': { Item: { id: { S: 'ü' } } } })
    const answer = await new DynamoDBClient(client).send(
      new GetItemCommand({ TableName: 'Notes', Key: { id: { S: 'ü' } } }),
    )
    expect(answer.Item).toEqual({ id: { S: 'ü' } })
    expect(calls).toEqual([
      { service: 'dynamodb', action: 'GetItem', input: { TableName: 'Notes', Key: { id: { S: 'ü' } } } },
    ])
  })

  it('tells DynamoDB Streams from DynamoDB', async () => {
    const { client, calls } = await gateway({ 'dynamodbstreams:ListStreams': { Streams: [] } })
    await new DynamoDBStreamsClient(client).send(new ListStreamsCommand({ TableName: 'Notes' }))
    expect(calls).toEqual([
      { service: 'dynamodbstreams', action: 'ListStreams', input: { TableName: 'Notes' } },
    ])
  })

  it('speaks with Step Functions, dates being seconds on the wire', async () => {
    const { client } = await gateway({ 'states:DescribeExecution': { status: 'RUNNING', startDate: when } })
    const answer = await new SFNClient(client).send(new DescribeExecutionCommand({ executionArn: 'arn' }))
    expect(answer.startDate).toEqual(when)
  })

  it('speaks JSON 1.1 with CloudWatch Logs and EventBridge', async () => {
    const { client, calls } = await gateway({
      'logs:DescribeLogGroups': { logGroups: [{ logGroupName: '/a', creationTime: 5 }] },
      'events:PutEvents': { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] },
    })
    const groups = await new CloudWatchLogsClient(client).send(new DescribeLogGroupsCommand({}))
    expect(groups.logGroups).toEqual([{ logGroupName: '/a', creationTime: 5 }])
    await new EventBridgeClient(client).send(new PutEventsCommand({ Entries: [{ Source: 'a', Time: when }] }))
    expect(calls[1]?.input).toEqual({ Entries: [{ Source: 'a', Time: when.getTime() / 1000 }] })
  })

  it('reads binary message attributes of SQS', async () => {
    const { client } = await gateway({
      'sqs:ReceiveMessage': {
        Messages: [
          {
            Body: 'b',
            MessageAttributes: { raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2) } },
            MD5OfBody: '92eb5ffee6ae2fec3ad71c777531578f',
          },
        ],
      },
    })
    const answer = await new SQSClient(client).send(
      new ReceiveMessageCommand({ QueueUrl: 'http://127.0.0.1/000000000000/q' }),
    )
    expect(answer.Messages?.[0]?.MessageAttributes?.raw?.BinaryValue).toEqual(Uint8Array.of(1, 2))
  })

  it('speaks the query protocol with SNS: maps and lists both ways', async () => {
    const { client, calls } = await gateway({
      'sns:Publish': { MessageId: 'm<1>&' },
      'sns:GetTopicAttributes': { Attributes: { DisplayName: 'a "b"', Policy: '{}' } },
      'sns:ListTopics': { Topics: [{ TopicArn: 'one' }, { TopicArn: 'two' }] },
    })
    const sns = new SNSClient(client)
    const sent = await sns.send(
      new PublishCommand({
        TopicArn: 'arn:t',
        Message: 'a=b&c',
        MessageAttributes: { status: { DataType: 'String', StringValue: 'x' } },
      }),
    )
    expect(sent.MessageId).toBe('m<1>&')
    expect(calls[0]?.input).toEqual({
      TopicArn: 'arn:t',
      Message: 'a=b&c',
      MessageAttributes: { status: { DataType: 'String', StringValue: 'x' } },
    })
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: 'arn:t' }))
    expect(Attributes).toEqual({ DisplayName: 'a "b"', Policy: '{}' })
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([
      { TopicArn: 'one' },
      { TopicArn: 'two' },
    ])
  })

  it('asks STS who it is', async () => {
    const { client } = await gateway({
      'sts:GetCallerIdentity': { Account: '000000000000', Arn: 'arn', UserId: 'u' },
    })
    const answer = await new STSClient(client).send(new GetCallerIdentityCommand({}))
    expect(answer).toMatchObject({ Account: '000000000000', Arn: 'arn', UserId: 'u' })
  })

  it('sends metrics, compressed when they are many, and reads alarms with their dates', async () => {
    const { client, calls } = await gateway({
      'monitoring:PutMetricData': {},
      'monitoring:DescribeAlarms': {
        MetricAlarms: [{ AlarmName: 'a', StateUpdatedTimestamp: when, Threshold: 1.5 }],
      },
    })
    const cloudwatch = new CloudWatchClient(client)
    const MetricData = Array.from({ length: 400 }, (_, value) => ({
      MetricName: 'Many',
      Value: value,
      Timestamp: when,
    }))
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'n', MetricData }))
    expect(calls[0]?.input.MetricData).toHaveLength(400)
    expect(calls[0]?.input.MetricData).toContainEqual({
      MetricName: 'Many',
      Value: 399,
      Timestamp: when.getTime() / 1000,
    })
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({}))
    expect(MetricAlarms?.[0]).toMatchObject({ AlarmName: 'a', StateUpdatedTimestamp: when, Threshold: 1.5 })
  })

  it('invokes a function: payload as it is, the rest in headers', async () => {
    const { client, calls } = await gateway({
      'lambda:Invoke': {
        StatusCode: 200,
        Payload: '{"errorMessage":"x"}',
        FunctionError: 'Unhandled',
        ExecutedVersion: '$LATEST',
      },
      'lambda:GetFunction': { Configuration: { FunctionName: 'f' } },
    })
    const lambda = new LambdaClient(client)
    const answer = await lambda.send(
      new InvokeCommand({
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        Payload: '{"a":1}',
        LogType: 'Tail',
      }),
    )
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' })
    expect(answer.Payload?.transformToString()).toBe('{"errorMessage":"x"}')
    expect(calls[0]?.input).toEqual({
      FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      LogType: 'Tail',
      Payload: Buffer.from('{"a":1}'),
    })
    expect(
      (await lambda.send(new GetFunctionCommand({ FunctionName: 'f' }))).Configuration?.FunctionName,
    ).toBe('f')
  })
})
