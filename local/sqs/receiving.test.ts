import { expect, test } from 'vitest'
import { startSqs } from './testing/sqs.ts'

test('a message that was not deleted comes back after its visibility timeout, with a count', async () => {
  await using sqs = await startSqs({ things: { VisibilityTimeout: 10 } })
  const sent = sqs.clock.now()
  await sqs.send('things', 'hello')
  const [first] = await sqs.receive('things', { AttributeNames: ['All'] })
  expect(first?.Attributes).toMatchObject({
    ApproximateReceiveCount: '1',
    SentTimestamp: String(sent),
    ApproximateFirstReceiveTimestamp: String(sent),
  })
  await sqs.clock.advance(9_999)
  expect(await sqs.receive('things')).toEqual([])
  await sqs.clock.advance(1)
  const [second] = await sqs.receive('things', { MessageSystemAttributeNames: ['ApproximateReceiveCount'] })
  expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' })
  expect(second?.MessageId).toBe(first?.MessageId)
})

test('a handle of an earlier receive deletes nothing, without an error', async () => {
  await using sqs = await startSqs({ things: { VisibilityTimeout: 1 } })
  await sqs.send('things', 'hello')
  const [first] = await sqs.receive('things')
  await sqs.clock.advance(1_000)
  const [second] = await sqs.receive('things')
  const remove = (handle: unknown): Promise<unknown> =>
    sqs.call('DeleteMessage', { QueueUrl: sqs.url('things'), ReceiptHandle: handle })
  await remove(first?.ReceiptHandle)
  expect(await sqs.attributes('things')).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' })
  await remove(second?.ReceiptHandle)
  await remove(second?.ReceiptHandle)
  expect(await sqs.attributes('things')).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '0' })
})

test('a long poll gets a message as soon as one is sent', async () => {
  await using sqs = await startSqs({ things: { ReceiveMessageWaitTimeSeconds: 20 } })
  const polling = sqs.receive('things')
  await sqs.clock.advance(5_000)
  await sqs.send('things', 'hello')
  expect(await polling).toMatchObject([{ Body: 'hello' }])
})

test('a long poll gets a message when its visibility timeout or delay ends', async () => {
  await using sqs = await startSqs({ things: { VisibilityTimeout: 3 } })
  await sqs.send('things', 'seen')
  await sqs.receive('things')
  await sqs.send('things', 'later', { DelaySeconds: 5 })
  const got: unknown[] = []
  for (let polls = 0; polls < 2; polls++)
    void sqs.receive('things', { WaitTimeSeconds: 20, VisibilityTimeout: 100 }).then(([message]) => {
      got.push([message?.Body, sqs.clock.now()])
    })
  const start = sqs.clock.now()
  await sqs.clock.advance(10_000)
  expect(got).toEqual([
    ['seen', start + 3_000],
    ['later', start + 5_000],
  ])
})

test('a long poll ends empty after its time, and at once when the caller hangs up', async () => {
  await using sqs = await startSqs({ things: {} })
  const polling = sqs.receive('things', { WaitTimeSeconds: 2 })
  await sqs.clock.advance(2_000)
  expect(await polling).toEqual([])
  const caller = new AbortController()
  const abandoned = sqs.receive('things', { WaitTimeSeconds: 20 }, caller.signal)
  caller.abort()
  expect(await abandoned).toEqual([])
  await sqs.send('things', 'hello')
  await sqs.clock.advance(0)
  expect(await sqs.attributes('things')).toMatchObject({ ApproximateNumberOfMessages: '1' })
})

test('one receive takes as many messages as asked for, and no more', async () => {
  await using sqs = await startSqs({ things: {} })
  for (let n = 0; n < 12; n++) await sqs.send('things', `${n}`)
  expect(await sqs.receive('things', { MaxNumberOfMessages: 10 })).toHaveLength(10)
  expect(await sqs.receive('things', { MaxNumberOfMessages: 10 })).toHaveLength(2)
})

test('visibility can be shortened, prolonged, and given up', async () => {
  await using sqs = await startSqs({ things: { VisibilityTimeout: 30 } })
  await sqs.send('things', 'hello')
  const change = (ReceiptHandle: unknown, VisibilityTimeout: number): Promise<unknown> =>
    sqs.call('ChangeMessageVisibility', { QueueUrl: sqs.url('things'), ReceiptHandle, VisibilityTimeout })
  const [first] = await sqs.receive('things')
  await change(first?.ReceiptHandle, 60)
  await sqs.clock.advance(59_000)
  expect(await sqs.receive('things')).toEqual([])
  const polling = sqs.receive('things', { WaitTimeSeconds: 20 })
  await change(first?.ReceiptHandle, 0)
  expect(await polling).toMatchObject([{ Body: 'hello' }])
  await expect(change(first?.ReceiptHandle, 5)).rejects.toMatchObject({
    message: `Value ${first?.ReceiptHandle ?? ''} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  })
})

test('no visibility timeout reaches beyond twelve hours from the receive', async () => {
  await using sqs = await startSqs({ things: {} })
  await sqs.send('things', 'hello')
  const [message] = await sqs.receive('things')
  await sqs.clock.advance(1_000)
  const input = {
    QueueUrl: sqs.url('things'),
    ReceiptHandle: message?.ReceiptHandle,
    VisibilityTimeout: 43_200,
  }
  await expect(sqs.call('ChangeMessageVisibility', input)).rejects.toThrow(
    'Total VisibilityTimeout for the message is beyond the limit [43200 seconds].',
  )
})

test('messages expire by the retention period of their queue', async () => {
  await using sqs = await startSqs({ things: { MessageRetentionPeriod: 60 } })
  await sqs.send('things', 'old')
  await sqs.clock.advance(59_000)
  await sqs.send('things', 'young')
  await sqs.clock.advance(1_000)
  expect(await sqs.receive('things', { MaxNumberOfMessages: 10 })).toMatchObject([{ Body: 'young' }])
})

test('a queue that is deleted ends the polls on it', async () => {
  await using sqs = await startSqs({ things: {} })
  const polling = sqs.receive('things', { WaitTimeSeconds: 20 })
  await sqs.call('DeleteQueue', { QueueUrl: sqs.url('things') })
  await expect(polling).rejects.toMatchObject({ code: 'QueueDoesNotExist' })
})

test('message attributes come back with AWS’s checksums, those that were asked for', async () => {
  await using sqs = await startSqs({ things: {} })
  const MessageAttributes = {
    'a.one': { DataType: 'String', StringValue: 'foobar' },
    'a.two': { DataType: 'Number', StringValue: '1' },
    b: { DataType: 'Binary', BinaryValue: 'AgME' },
  }
  await sqs.send('things', 'hello', { MessageAttributes })
  const receive = async (...MessageAttributeNames: string[]): Promise<string[]> => {
    const [message] = await sqs.receive('things', { MessageAttributeNames, VisibilityTimeout: 0 })
    return Object.keys(message?.MessageAttributes ?? {})
  }
  expect(await receive('All')).toEqual(['a.one', 'a.two', 'b'])
  expect(await receive('a.*')).toEqual(['a.one', 'a.two'])
  expect(await receive('b')).toEqual(['b'])
  expect(await receive()).toEqual([])
})

// Checksums that SQS itself answered.
test.each([
  ['MyAttribute', { DataType: 'String', StringValue: 'foobar' }, 'adb59cd4678ea5a855436b949cd07ab6'],
  ['Foo', { DataType: 'String', StringValue: 'Bar' }, 'ae7155c6026991b6d54b11589678bf9c'],
  ['attr1', { DataType: 'Number', StringValue: '99.12' }, 'd302007e9aa062660afc85fd0a482472'],
  [
    'attr1',
    {
      DataType: 'Binary',
      BinaryValue: Buffer.from(
        'traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01',
      ).toString('base64'),
    },
    '8cbe4db156db8a94db8b801b7addb984',
  ],
])('the checksum of the attribute %s %j is %s', async (name, attribute, checksum) => {
  await using sqs = await startSqs({ things: {} })
  expect(await sqs.send('things', 'test', { MessageAttributes: { [name]: attribute } })).toMatchObject({
    MD5OfMessageBody: '098f6bcd4621d373cade4e832627b4f6',
    MD5OfMessageAttributes: checksum,
  })
})
