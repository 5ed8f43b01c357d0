import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fakeClock } from '../testing/clock.ts'
import { queueArn, queueResource, startSqs, type TestSqs } from './testing/sqs.ts'

const withDeadLetters = {
  things: {
    VisibilityTimeout: 1,
    RedrivePolicy: { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 },
  },
  dead: {},
}

/** Receives without deleting until the message is in the dead-letter queue. */
async function exhaust(sqs: TestSqs): Promise<void> {
  for (let receives = 0; receives < 3; receives++) {
    await sqs.receive('things', { MaxNumberOfMessages: 10 })
    await sqs.clock.advance(1_000)
  }
}

test('the receive after maxReceiveCount moves a message to the dead-letter queue', async () => {
  await using sqs = await startSqs(withDeadLetters)
  const { MessageId } = await sqs.send('things', 'poison')
  await sqs.receive('things')
  await sqs.clock.advance(1_000)
  expect(await sqs.receive('things')).toHaveLength(1)
  await sqs.clock.advance(1_000)
  expect(await sqs.attributes('dead')).toMatchObject({ ApproximateNumberOfMessages: '0' })
  expect(await sqs.receive('things')).toEqual([])
  const [dead] = await sqs.receive('dead', { AttributeNames: ['All'] })
  expect(dead).toMatchObject({
    MessageId,
    Attributes: { ApproximateReceiveCount: '3', DeadLetterQueueSourceArn: queueArn('things') },
  })
})

test('a poll on the dead-letter queue wakes when a message is moved there', async () => {
  await using sqs = await startSqs(withDeadLetters)
  await sqs.send('things', 'poison')
  const polling = sqs.receive('dead', { WaitTimeSeconds: 20 })
  await exhaust(sqs)
  expect(await polling).toMatchObject([{ Body: 'poison' }])
})

test('a move task brings messages back to where they came from, as new ones', async () => {
  await using sqs = await startSqs(withDeadLetters)
  const { MessageId } = await sqs.send('things', 'poison')
  await exhaust(sqs)
  const { TaskHandle } = await sqs.call('StartMessageMoveTask', { SourceArn: queueArn('dead') })
  expect(TaskHandle).toBeTypeOf('string')
  await sqs.clock.advance(0)
  const [message] = await sqs.receive('things', { AttributeNames: ['All'] })
  expect(message).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } })
  expect(message?.MessageId).not.toBe(MessageId)
  expect(await sqs.call('ListMessageMoveTasks', { SourceArn: queueArn('dead') })).toEqual({
    Results: [
      {
        Status: 'COMPLETED',
        SourceArn: queueArn('dead'),
        ApproximateNumberOfMessagesMoved: 1,
        ApproximateNumberOfMessagesToMove: 1,
        StartedTimestamp: expect.any(Number) as number,
      },
    ],
  })
})

test('a move task keeps its rate, one at a time, and can be cancelled', async () => {
  await using sqs = await startSqs({ ...withDeadLetters, other: {} })
  for (let n = 0; n < 10; n++) await sqs.send('dead', `${n}`)
  const input = {
    SourceArn: queueArn('dead'),
    DestinationArn: queueArn('other'),
    MaxNumberOfMessagesPerSecond: 2,
  }
  const { TaskHandle } = await sqs.call('StartMessageMoveTask', input)
  await sqs.clock.advance(2_500)
  expect(await sqs.attributes('other')).toMatchObject({ ApproximateNumberOfMessages: '6' })
  await expect(sqs.call('StartMessageMoveTask', input)).rejects.toThrow('There is already a task running.')
  expect(await sqs.call('CancelMessageMoveTask', { TaskHandle })).toEqual({
    ApproximateNumberOfMessagesMoved: 6,
  })
  await sqs.clock.advance(5_000)
  expect(await sqs.attributes('other')).toMatchObject({ ApproximateNumberOfMessages: '6' })
  expect(await sqs.call('ListMessageMoveTasks', { SourceArn: queueArn('dead') })).toMatchObject({
    Results: [{ Status: 'CANCELLED' }],
  })
})

test('a move task goes on after a restart', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sqs-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const clock = fakeClock()
  const queues = { ...withDeadLetters, other: {} }
  {
    await using sqs = await startSqs(queues, { data, clock })
    for (let n = 0; n < 5; n++) await sqs.send('dead', `${n}`)
    const to = { DestinationArn: queueArn('other'), MaxNumberOfMessagesPerSecond: 1 }
    await sqs.call('StartMessageMoveTask', { SourceArn: queueArn('dead'), ...to })
    await clock.advance(1_000)
  }
  await using sqs = await startSqs(queues, { data, clock })
  await clock.advance(5_000)
  expect(await sqs.attributes('other')).toMatchObject({ ApproximateNumberOfMessages: '5' })
})

test('a message that never was in another queue cannot go back', async () => {
  await using sqs = await startSqs(withDeadLetters)
  await sqs.send('dead', 'sent here')
  await sqs.call('StartMessageMoveTask', { SourceArn: queueArn('dead') })
  await sqs.clock.advance(0)
  expect(await sqs.call('ListMessageMoveTasks', { SourceArn: queueArn('dead') })).toMatchObject({
    Results: [{ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }],
  })
})

test.each([
  [
    'StartMessageMoveTask',
    { SourceArn: queueArn('things') },
    'Source queue must be configured as a Dead Letter Queue.',
  ],
  [
    'StartMessageMoveTask',
    { SourceArn: queueArn('none') },
    "The resource that you specified for the SourceArn parameter doesn't exist.",
  ],
  [
    'StartMessageMoveTask',
    { SourceArn: queueArn('dead'), DestinationArn: queueArn('none') },
    "The resource that you specified for the DestinationArn parameter doesn't exist.",
  ],
  ['CancelMessageMoveTask', { TaskHandle: 'x' }, 'Value for parameter TaskHandle is invalid.'],
  [
    'CancelMessageMoveTask',
    { TaskHandle: Buffer.from(`{"taskId":"x","sourceArn":"${queueArn('dead')}"}`).toString('base64') },
    'Task does not exist.',
  ],
])('%s with %j is refused', async (action, input, message) => {
  await using sqs = await startSqs(withDeadLetters)
  await expect(sqs.call(action, input)).rejects.toMatchObject({ message })
})

test('the queues that feed a dead-letter queue are listed', async () => {
  await using sqs = await startSqs(withDeadLetters)
  expect(await sqs.call('ListDeadLetterSourceQueues', { QueueUrl: sqs.url('dead') })).toEqual({
    queueUrls: [sqs.url('things')],
  })
})

test('a dead-letter queue can refuse to be one', async () => {
  const refusing = startSqs({
    ...withDeadLetters,
    dead: { RedriveAllowPolicy: { redrivePermission: 'denyAll' } },
  })
  await expect(refusing).rejects.toThrow(/Test\/things .* Dead letter target does not allow this queue/)
  const sourceQueueArns = [queueArn('things')]
  const allow = { RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns } }
  await using sqs = await startSqs({ ...withDeadLetters, dead: allow })
  await expect(
    sqs.call('SetQueueAttributes', {
      QueueUrl: sqs.url('things'),
      Attributes: {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('none'), maxReceiveCount: 1 }),
      },
    }),
  ).rejects.toThrow('Dead letter target does not exist.')
})

test('messages and the template’s queues outlive a stop; a queue taken out of the template is not served', async () => {
  const data = mkdtempSync(join(tmpdir(), 'sqs-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const clock = fakeClock()
  {
    await using sqs = await startSqs({ things: {} }, { data, clock })
    await sqs.send('things', 'kept')
    await sqs.send('things', 'in flight')
    await sqs.receive('things')
  }
  {
    await using sqs = await startSqs({}, { data, clock })
    await expect(sqs.receive('things')).rejects.toMatchObject({ code: 'QueueDoesNotExist' })
  }
  await using sqs = await startSqs({ things: { VisibilityTimeout: 5 } }, { data, clock })
  expect(await sqs.attributes('things')).toMatchObject({
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '1',
    VisibilityTimeout: '5',
  })
})

test('what the template says wrong is refused by the resource’s name', async () => {
  await expect(startSqs({ things: { FifoQueue: true } })).rejects.toThrow(
    'Test/things (AWS::SQS::Queue): FIFO queues are not supported by the local SQS',
  )
  await expect(startSqs({ things: { VisibilityTimeout: 50_000 } })).rejects.toThrow(
    'Test/things (AWS::SQS::Queue): Invalid value for the parameter VisibilityTimeout.',
  )
  await expect(startSqs({ things: { Speed: 1 } })).rejects.toThrow(/property Speed is not supported/)
  expect(queueResource('things', {}).attributes.Arn).toBe(queueArn('things'))
})
