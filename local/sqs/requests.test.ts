import { expect, test } from 'vitest'
import { startSqs } from './testing/sqs.ts'

const url = 'http://127.0.0.1:4566/000000000000/things'
const entry = (Id: string, more: object = {}): object => ({ Id, MessageBody: 'x', ...more })

test.each([
  [
    'SendMessage',
    { MessageBody: '' },
    'MissingRequiredParameterException',
    'The request must contain the parameter MessageBody.',
  ],
  [
    'SendMessage',
    { MessageBody: 'x'.repeat(1_048_577) },
    'InvalidParameterValueException',
    'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
  ],
  [
    'SendMessage',
    { MessageBody: 'x', DelaySeconds: 901 },
    'InvalidParameterValueException',
    'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
  ],
  [
    'SendMessage',
    { MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
    'InvalidParameterValueException',
    "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
  ],
  [
    'ReceiveMessage',
    { MaxNumberOfMessages: 11 },
    'InvalidParameterValueException',
    'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
  ],
  [
    'ReceiveMessage',
    { WaitTimeSeconds: 21 },
    'InvalidParameterValueException',
    'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
  ],
  [
    'DeleteMessage',
    { ReceiptHandle: 'nonsense' },
    'ReceiptHandleIsInvalid',
    'The input receipt handle "nonsense" is not a valid receipt handle.',
  ],
  [
    'SendMessageBatch',
    { Entries: [] },
    'EmptyBatchRequest',
    'There should be at least one entry in the request.',
  ],
  [
    'SendMessageBatch',
    { Entries: Array.from({ length: 11 }, (_, n) => entry(`${n}`)) },
    'TooManyEntriesInBatchRequest',
    'Maximum number of entries per request are 10. You have sent 11.',
  ],
  ['SendMessageBatch', { Entries: [entry('a'), entry('a')] }, 'BatchEntryIdsNotDistinct', 'Id a repeated.'],
  [
    'DeleteMessageBatch',
    { Entries: [{ Id: 'a:b', ReceiptHandle: 'x' }] },
    'InvalidBatchEntryId',
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  ],
  [
    'SendMessageBatch',
    { Entries: [entry('a', { MessageBody: 'x'.repeat(1_048_576) }), entry('b')] },
    'BatchRequestTooLong',
    'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
  ],
  ['GetQueueAttributes', { AttributeNames: ['Speed'] }, 'InvalidAttributeName', 'Unknown Attribute Speed.'],
  [
    'SetQueueAttributes',
    { Attributes: { DelaySeconds: '901' } },
    'InvalidAttributeValue',
    'Invalid value for the parameter DelaySeconds.',
  ],
  [
    'SendMessage',
    { QueueUrl: `${url}-not`, MessageBody: 'x' },
    'QueueDoesNotExist',
    'The specified queue does not exist.',
  ],
  [
    'SendMessage',
    { QueueUrl: 'things', MessageBody: 'x' },
    'InvalidAddress',
    'The address things is not valid for this endpoint.',
  ],
])('%s answers a bad request as SQS does: %#', async (action, input, code, message) => {
  await using sqs = await startSqs({ things: {} })
  await expect(sqs.call(action, { QueueUrl: url, ...input })).rejects.toMatchObject({ code, message })
})

test('a handle of another queue is told apart from nonsense', async () => {
  await using sqs = await startSqs({ things: {}, others: {} })
  await sqs.send('others', 'x')
  const [message] = await sqs.receive('others')
  const handle = message?.ReceiptHandle ?? ''
  await expect(sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: handle })).rejects.toMatchObject({
    message: `The receipt handle "${handle}" is not valid for this queue.`,
    status: 404,
  })
})

test('each entry of a batch succeeds or fails for itself', async () => {
  await using sqs = await startSqs({ things: { MaximumMessageSize: 1_024 } })
  const Entries = [
    entry('good'),
    entry('big', { MessageBody: 'x'.repeat(1_025) }),
    entry('empty', { MessageBody: '' }),
  ]
  expect(await sqs.call('SendMessageBatch', { QueueUrl: url, Entries })).toMatchObject({
    Successful: [{ Id: 'good', MD5OfMessageBody: '9dd4e461268c8034f5c8564e155c67a6' }],
    Failed: [
      {
        Id: 'big',
        Code: 'InvalidParameterValue',
        Message:
          'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
        SenderFault: true,
      },
      { Id: 'empty', Code: 'MissingParameter', SenderFault: true },
    ],
  })
  const [message] = await sqs.receive('things')
  const handles = [
    { Id: 'a', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 5 },
    { Id: 'b', ReceiptHandle: 'nonsense', VisibilityTimeout: 5 },
  ]
  for (const action of ['ChangeMessageVisibilityBatch', 'DeleteMessageBatch'])
    expect(await sqs.call(action, { QueueUrl: url, Entries: handles })).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }],
    })
  expect(await sqs.attributes('things')).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' })
})

test('a queue tells all of its attributes', async () => {
  await using sqs = await startSqs({ things: { DelaySeconds: 3 } })
  await sqs.send('things', 'x')
  expect(await sqs.attributes('things')).toEqual({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesDelayed: '1',
    ApproximateNumberOfMessagesNotVisible: '0',
    CreatedTimestamp: '1767225600',
    DelaySeconds: '3',
    LastModifiedTimestamp: '1767225600',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    QueueArn: 'arn:aws:sqs:us-east-1:000000000000:things',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: '30',
  })
})

test('queues are listed by prefix and page', async () => {
  await using sqs = await startSqs({ 'a-1': {}, 'a-2': {}, b: {} })
  const first = await sqs.call('ListQueues', { QueueNamePrefix: 'a', MaxResults: 1 })
  expect(first.QueueUrls).toEqual([sqs.url('a-1')])
  expect(
    await sqs.call('ListQueues', { QueueNamePrefix: 'a', MaxResults: 1, NextToken: first.NextToken }),
  ).toEqual({
    QueueUrls: [sqs.url('a-2')],
  })
})

test('queues can be made, made again alike, and not otherwise', async () => {
  await using sqs = await startSqs({})
  const create = (DelaySeconds: string): Promise<unknown> =>
    sqs.call('CreateQueue', { QueueName: 'new', Attributes: { DelaySeconds } })
  expect(await create('1')).toEqual({ QueueUrl: sqs.url('new') })
  expect(await create('1')).toEqual({ QueueUrl: sqs.url('new') })
  await expect(create('2')).rejects.toMatchObject({
    code: 'QueueNameExists',
    message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
  })
  await expect(sqs.call('CreateQueue', { QueueName: 'new.fifo' })).rejects.toThrow(
    /FIFO queues are not supported/,
  )
  expect(await sqs.call('GetQueueUrl', { QueueName: 'new' })).toEqual({ QueueUrl: sqs.url('new') })
})

test('a purge empties the queue, once a minute', async () => {
  await using sqs = await startSqs({ things: {} })
  await sqs.send('things', 'x')
  await sqs.call('PurgeQueue', { QueueUrl: url })
  expect(await sqs.receive('things')).toEqual([])
  await expect(sqs.call('PurgeQueue', { QueueUrl: url })).rejects.toMatchObject({
    code: 'PurgeQueueInProgress',
  })
  await sqs.clock.advance(60_000)
  await sqs.call('PurgeQueue', { QueueUrl: url })
})

test('AWS’s metrics tell what happened and what lies there', async () => {
  await using sqs = await startSqs({ things: {} })
  const last = (name: string): number | undefined =>
    sqs.context.metrics.filter((each) => each.name === name && each.dimensions.QueueName === 'things').at(-1)
      ?.value
  await sqs.send('things', 'x')
  await sqs.clock.advance(1_000)
  expect(last('NumberOfMessagesSent')).toBe(1)
  expect(last('ApproximateNumberOfMessagesVisible')).toBe(1)
  await sqs.clock.advance(60_000)
  expect(last('ApproximateAgeOfOldestMessage')).toBe(60)
  const [message] = await sqs.receive('things')
  await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle })
  await sqs.clock.advance(1_000)
  expect(last('NumberOfMessagesReceived')).toBe(1)
  expect(last('NumberOfMessagesDeleted')).toBe(1)
  expect(last('ApproximateNumberOfMessagesVisible')).toBe(0)
})

test('calls are judged by the actions AWS names, with the queue’s own policy', async () => {
  const Policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:*' }] }
  await using sqs = await startSqs({ things: {} })
  await sqs.call('SetQueueAttributes', { QueueUrl: url, Attributes: { Policy: JSON.stringify(Policy) } })
  const resource = 'arn:aws:sqs:us-east-1:000000000000:things'
  expect(sqs.service.actions.SendMessageBatch?.permissions({ QueueUrl: url })).toEqual([
    { action: 'sqs:SendMessage', resource, resourcePolicy: Policy },
  ])
})
