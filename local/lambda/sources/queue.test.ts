import { afterEach, expect, test } from 'vitest'
import type { Resource } from '../../aws/resource.ts'
import { operator } from '../../aws/principal.ts'
import { createSqs } from '../../sqs/index.ts'
import { fn, lambdaCloud, mappingOf, until, type LambdaCloud } from '../testing/cloud.ts'

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:inbox'
const QueueUrl = 'http://127.0.0.1:4566/000000000000/inbox'

let cloud: LambdaCloud | undefined
afterEach(() => cloud?.end())

/** Prints what it got; the body `bad` fails, `wait` takes a while. */
const worker = `
  for (const { body } of event.Records) if (body === 'wait') await new Promise((done) => setTimeout(done, 300))
  console.log(JSON.stringify(event))
  if (event.Records.some(({ body }) => body === 'bad')) throw new Error('bad one')
`

/** What is not deleted comes again after a second. */
const comesBack = { VisibilityTimeout: '1' }

async function start(
  body: string,
  mapping: Record<string, unknown> = {},
  attributes: object = {},
): Promise<LambdaCloud> {
  const resources: Resource[] = [
    fn('worker', body),
    mappingOf('worker', queueArn, { ...mapping, Enabled: false }),
  ]
  cloud = await lambdaCloud(resources, { beside: (context) => [createSqs(context)] })
  await sqs('CreateQueue', { QueueName: 'inbox', Attributes: { VisibilityTimeout: '30', ...attributes } })
  return cloud
}

const sqs = async (action: string, input: object): Promise<unknown> =>
  cloud?.context.call('sqs', action, input, operator)

async function send(...bodies: string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }))
  await sqs('SendMessageBatch', { QueueUrl, Entries })
}

async function enable(): Promise<void> {
  const { EventSourceMappings } = (await cloud?.call('ListEventSourceMappings', {})) as {
    EventSourceMappings: { UUID: string }[]
  }
  await cloud?.call('UpdateEventSourceMapping', { UUID: EventSourceMappings[0]?.UUID, Enabled: true })
}

interface QueueEvent {
  readonly Records: { body: string; attributes: Record<string, string> }[]
}

function received(): QueueEvent[] {
  const printed = cloud?.context.logs.map(({ message }) => /\{"Records".*$/.exec(message)?.[0]) ?? []
  return printed.filter((text) => text !== undefined).map((text) => JSON.parse(text) as QueueEvent)
}

const bodies = (): string[][] => received().map(({ Records }) => Records.map(({ body }) => body).sort())

async function left(): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible']
  const answer = (await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: names })) as {
    Attributes: Record<string, string>
  }
  return Object.values(answer.Attributes).reduce((sum, each) => sum + Number(each), 0)
}

test('a function gets the messages of a queue in batches, in the shape of AWS, and they are deleted', async () => {
  await start(worker, { BatchSize: 2 })
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'note' } }
  await sqs('SendMessage', { QueueUrl, MessageBody: 'one', MessageAttributes })
  await enable()
  await until(() => received().length === 1)
  await until(async () => (await left()) === 0)
  expect(received()[0]?.Records[0]).toEqual({
    messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    receiptHandle: expect.any(String) as string,
    body: 'one',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
      SenderId: expect.any(String) as string,
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
    },
    messageAttributes: {
      kind: { stringValue: 'note', stringListValues: [], binaryListValues: [], dataType: 'String' },
    },
    md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: 'us-east-1',
  })
})

test('a batch holds at most BatchSize messages', async () => {
  await start(worker, { BatchSize: 2 })
  await send('a', 'b', 'c')
  await enable()
  await until(() => bodies().flat().length === 3)
  expect(
    bodies()
      .map((batch) => batch.length)
      .sort(),
  ).toEqual([1, 2])
})

test('a batching window gathers what comes within it', async () => {
  await start(worker, { BatchSize: 20, MaximumBatchingWindowInSeconds: 1 })
  await send('a', 'b')
  await enable()
  await send('c')
  await until(() => received().length > 0)
  expect(bodies()).toEqual([['a', 'b', 'c']])
})

test('the messages of a failed batch come again after the visibility time-out', async () => {
  await start(worker, {}, comesBack)
  await send('bad')
  await enable()
  await until(() => received().length >= 2)
  expect(received()[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2')
})

test('only the items a function reports as failed come again', async () => {
  await start(
    `console.log(JSON.stringify(event))
     return { batchItemFailures: event.Records.filter((each) => each.body === 'bad').map((each) => ({ itemIdentifier: each.messageId })) }`,
    { FunctionResponseTypes: ['ReportBatchItemFailures'] },
    comesBack,
  )
  await send('good', 'bad')
  await enable()
  await until(() => received().length >= 2)
  expect(bodies().slice(0, 2)).toEqual([['bad', 'good'], ['bad']])
})

test('a report that names no message of the batch fails all of it', async () => {
  const report = `console.log(JSON.stringify(event)); return { batchItemFailures: [{ itemIdentifier: 'x' }] }`
  await start(report, { FunctionResponseTypes: ['ReportBatchItemFailures'] }, comesBack)
  await send('a')
  await enable()
  await until(() => received().length >= 2)
})

test('messages that no filter wants are deleted unseen', async () => {
  const FilterCriteria = { Filters: [{ Pattern: '{"body":{"kind":["note"]}}' }] }
  await start(worker, { FilterCriteria })
  await send('{"kind":"note"}', '{"kind":"bill"}', 'plain')
  await enable()
  await until(async () => (await left()) === 0)
  expect(bodies()).toEqual([['{"kind":"note"}']])
})

test('MaximumConcurrency bounds the batches that are under way', async () => {
  await start(worker, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } })
  await send('wait', 'wait', 'wait', 'wait')
  await enable()
  await until(async () => (await left()) === 0)
  const running = cloud?.context.metrics.filter(({ name }) => name === 'ConcurrentExecutions') ?? []
  expect(Math.max(...running.map(({ value }) => value))).toBe(2)
})

test('a mapping that is switched off leaves the messages alone, also after it was on', async () => {
  await start(worker)
  await enable()
  const uuid = cloud?.context.activities.find(({ what }) => what === 'UpdateEventSourceMapping')?.input as {
    UUID: string
  }
  expect(await cloud?.call('UpdateEventSourceMapping', { UUID: uuid.UUID, Enabled: false })).toMatchObject({
    State: 'Disabled',
  })
  await send('a')
  await new Promise((done) => setTimeout(done, 100))
  expect([await left(), received()]).toEqual([1, []])
})

test('a queue that is not there is told of, and the polling goes on', async () => {
  await start(worker)
  await sqs('DeleteQueue', { QueueUrl })
  await enable()
  await until(
    () => cloud?.context.activities.some(({ what, error }) => what === 'PollEventSource' && error) === true,
  )
})
