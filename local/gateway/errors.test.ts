import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { AwsError } from '../aws/error.ts'
import { closeGateways, gateway } from './testing/harness.ts'

afterEach(closeGateways)

describe('an error', () => {
  const failing = (code: string, more?: ConstructorParameters<typeof AwsError>[2]) =>
    new AwsError(code, 'Why not.', more)

  it('reaches SDK clients of JSON services with its members', async () => {
    const CancellationReasons = [{ Code: 'ConditionalCheckFailed' }]
    const { client } = await gateway({
      'dynamodb:GetItem': failing('TransactionCanceledException', { members: { CancellationReasons } }),
    })
    const sending = new DynamoDBClient(client).send(
      new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } }),
    )
    await expect(sending).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: 'Why not.',
      CancellationReasons,
    })
  })

  it('of SQS tells the code of the query protocol too', async () => {
    const { client } = await gateway({ 'sqs:ReceiveMessage': failing('QueueDoesNotExist') })
    const sending = new SQSClient(client).send(
      new ReceiveMessageCommand({ QueueUrl: 'http://127.0.0.1/0/q' }),
    )
    await expect(sending).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    })
  })

  it.each([
    ['NotFoundException', 'NotFoundException', 400],
    ['AccessDeniedException', 'AuthorizationErrorException', 403],
    ['InvalidParameterException', 'InvalidParameterException', 400],
  ])('of SNS: %s is %s to the SDK', async (code, name, httpStatusCode) => {
    const { client } = await gateway({ 'sns:Publish': failing(code) })
    const sending = new SNSClient(client).send(new PublishCommand({ TopicArn: 'arn', Message: 'm' }))
    await expect(sending).rejects.toMatchObject({ name, message: 'Why not.', $metadata: { httpStatusCode } })
  })

  it('of Lambda comes in a header', async () => {
    const { client } = await gateway({
      'lambda:Invoke': failing('ResourceNotFoundException', { status: 404 }),
    })
    const sending = new LambdaClient(client).send(new InvokeCommand({ FunctionName: 'f' }))
    await expect(sending).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Why not.',
      $metadata: { httpStatusCode: 404 },
    })
  })

  it('that is a mistake of ours is an InternalFailure, and told', async () => {
    const mistake = new TypeError('x is not a function')
    const log = vi.spyOn(console, 'error').mockReturnValue(undefined)
    onTestFinished(() => log.mockRestore())
    const { client, bugs } = await gateway({ 'states:StartExecution': mistake })
    const sending = new SFNClient(client).send(new StartExecutionCommand({ stateMachineArn: 'arn' }))
    await expect(sending).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    })
    expect(bugs).toEqual([mistake])
    expect(log.mock.calls).toEqual([['states:StartExecution failed unexpectedly:', mistake]])
  })
})

describe('a caller', () => {
  it('must sign for the service; what it signed is handed on untouched', async () => {
    const seen: unknown[] = []
    const { client } = await gateway(
      { 'dynamodbstreams:ListStreams': {} },
      {
        authenticate({ method, url, body }, service) {
          seen.push({ method, url, body: body.toString(), service })
          throw new AwsError(
            'UnrecognizedClientException',
            'The security token included in the request is invalid.',
          )
        },
      },
    )
    await expect(new DynamoDBStreamsClient(client).send(new ListStreamsCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      $metadata: { httpStatusCode: 400 },
    })
    expect(seen).toEqual([{ method: 'POST', url: '/', body: '{}', service: 'dynamodb' }])
  })

  it('of the query protocol learns it by that protocol’s name', async () => {
    const { client } = await gateway(
      { 'sns:ListTopics': {} },
      {
        authenticate() {
          throw new AwsError(
            'InvalidSignatureException',
            'The request signature we calculated does not match.',
          )
        },
      },
    )
    await expect(new SNSClient(client).send(new ListTopicsCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    })
  })

  it('that hangs up is noticed', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
    const { promise: called, resolve: begin } = Promise.withResolvers<undefined>()
    const { endpoint } = await gateway(
      { 'sqs:ReceiveMessage': {} },
      {
        call(_service, _action, _input, _principal, signal) {
          signal?.addEventListener('abort', () => resolve(undefined))
          begin(undefined)
          return new Promise(() => undefined)
        },
      },
    )
    const hangUp = new AbortController()
    const headers = { 'x-amz-target': 'AmazonSQS.ReceiveMessage' }
    const asking = fetch(endpoint, { method: 'POST', headers, body: '{}', signal: hangUp.signal })
    await called
    hangUp.abort()
    await expect(asking).rejects.toThrow()
    await aborted
  })
})
