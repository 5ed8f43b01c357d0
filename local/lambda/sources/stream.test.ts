import { afterEach, expect, test } from 'vitest'
import { createSqs } from '../../sqs/index.ts'
import { operator } from '../../aws/principal.ts'
import { fn, lambdaCloud, mappingOf, until, type LambdaCloud } from '../testing/cloud.ts'
import { streamArn, testStream, type TestStream } from '../testing/stream.ts'

let cloud: LambdaCloud | undefined
let stream: TestStream = testStream()
afterEach(async () => {
  await cloud?.end()
  cloud = undefined
  stream = testStream()
})

interface Item {
  readonly id: string
  readonly n: number
}

/** Prints the items it got; `body` may look at them as `items` before. */
function worker(body = ''): string {
  return `const items = event.Records.map(({ dynamodb: { NewImage, SequenceNumber } }) =>
      ({ id: NewImage.id.S, n: Number(NewImage.n.N), itemIdentifier: SequenceNumber }))
    console.log('GOT ' + JSON.stringify(items.map(({ id, n }) => ({ id, n }))))
    ${body}`
}

async function start(
  body: string,
  mapping: Record<string, unknown> = {},
  data?: string,
): Promise<LambdaCloud> {
  const settings = { StartingPosition: 'TRIM_HORIZON', ...mapping }
  cloud = await lambdaCloud([fn('worker', body), mappingOf('worker', streamArn, settings)], {
    ...(data !== undefined && { data }),
    onStreamRecords: stream.onStreamRecords,
    beside: (context) => [stream.service, createSqs(context)],
  })
  return cloud
}

function batches(): Item[][] {
  const printed = cloud?.context.logs.map(({ message }) => /GOT (.*)$/.exec(message)?.[1]) ?? []
  return printed.filter((text) => text !== undefined).map((text) => JSON.parse(text) as Item[])
}

const ids = (): string[][] => batches().map((batch) => batch.map(({ id }) => id))

test('a function gets the records of a stream in order, those of before its start and new ones', async () => {
  for (const id of ['a', 'b', 'c']) stream.write(id)
  await start(worker(), { BatchSize: 2 })
  await until(() => ids().flat().length === 3)
  stream.write('d')
  await until(() => ids().flat().length === 4)
  expect(ids()).toEqual([['a', 'b'], ['c'], ['d']])
})

test('a record has the shape of AWS', async () => {
  stream.write('a', 5)
  await start(`console.log('SHAPE ' + JSON.stringify(event.Records[0]))`)
  const shape = (): string | undefined =>
    cloud?.context.logs.map(({ message }) => /SHAPE (.*)$/.exec(message)?.[1]).find(Boolean)
  await until(() => shape() !== undefined)
  expect(JSON.parse(shape() ?? '')).toEqual({
    eventID: '1',
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number) as number,
      Keys: { id: { S: 'a' } },
      NewImage: { id: { S: 'a' }, n: { N: '5' } },
      SequenceNumber: '1',
      SizeBytes: 10,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: streamArn,
  })
})

test('after a restart a stream goes on where it stood, and LATEST misses nothing in between', async () => {
  stream.write('before')
  const first = await start(worker(), { StartingPosition: 'LATEST' })
  await until(() => stream.reads() > 1)
  stream.write('a')
  await until(() => ids().length === 1)
  await first.lambda.stop?.()
  stream.write('b')
  await start(worker(), { StartingPosition: 'LATEST' }, first.context.data)
  await until(() => ids().length === 1)
  expect(ids()).toEqual([['b']])
  first.context.cleanup()
})

test('a failing batch holds up what is behind it and is tried again', async () => {
  stream.write('a')
  stream.write('b')
  await start(
    worker(
      'if (items[0].id === "a" && !globalThis.tried) { globalThis.tried = true; throw new Error("once") }',
    ),
    { BatchSize: 1 },
  )
  await until(() => ids().length === 3)
  expect(ids()).toEqual([['a'], ['a'], ['b']])
})

test('a batch that cannot be read is split until the bad record is alone, and given up into the queue', async () => {
  const failed = 'arn:aws:sqs:us-east-1:000000000000:failed'
  for (const id of ['a', 'b', 'bad', 'd']) stream.write(id)
  await start(worker('if (items.some(({ id }) => id === "bad")) throw new Error("bad")'), {
    Enabled: false,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: failed } },
  })
  await cloud?.context.call('sqs', 'CreateQueue', { QueueName: 'failed' }, operator)
  await cloud?.call('UpdateEventSourceMapping', { UUID: 'mapping-1', Enabled: true })
  const QueueUrl = 'http://127.0.0.1:4566/000000000000/failed'
  const answer = (await cloud?.context.call(
    'sqs',
    'ReceiveMessage',
    { QueueUrl, WaitTimeSeconds: 10 },
    operator,
  )) as {
    Messages: { Body: string }[]
  }
  await until(() => ids().flat().includes('d') && ids().at(-1)?.join() === 'd')
  expect(ids()).toEqual([['a', 'b', 'bad', 'd'], ['a', 'b'], ['bad', 'd'], ['bad'], ['bad'], ['d']])
  expect(JSON.parse(answer.Messages[0]?.Body ?? '')).toEqual({
    requestContext: {
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:worker',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    DDBStreamBatchInfo: {
      shardId: 'shardId-0',
      startSequenceNumber: '3',
      endSequenceNumber: '3',
      approximateArrivalOfFirstRecord: expect.stringMatching(/^\d{4}-.*:\d\dZ$/) as string,
      approximateArrivalOfLastRecord: expect.stringMatching(/^\d{4}-.*:\d\dZ$/) as string,
      batchSize: 1,
      streamArn,
    },
  })
})

test('without bisecting a failing batch stays whole until it is given up', async () => {
  for (const id of ['a', 'bad']) stream.write(id)
  await start(worker('if (items.some(({ id }) => id === "bad")) throw new Error("bad")'), {
    MaximumRetryAttempts: 1,
  })
  await until(() => ids().length === 2)
  stream.write('b')
  await until(() => ids().length === 3)
  expect(ids()).toEqual([['a', 'bad'], ['a', 'bad'], ['b']])
})

test('of a partly failed batch only the rest, from the first failure on, comes again', async () => {
  for (const id of ['a', 'b', 'c']) stream.write(id)
  const report = `if (globalThis.tried) return; globalThis.tried = true
    return { batchItemFailures: items.filter(({ id }) => id === 'b') }`
  await start(worker(report), { FunctionResponseTypes: ['ReportBatchItemFailures'] })
  await until(() => ids().length === 2)
  expect(ids()).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c'],
  ])
})

test('records that are too old are given up unseen', async () => {
  stream.write('old', 0, 120_000)
  stream.write('new')
  await start(worker(), { MaximumRecordAgeInSeconds: 60 })
  await until(() => ids().length > 0)
  expect(ids()).toEqual([['new']])
})

test('records that no filter wants are passed over, also after a restart', async () => {
  stream.write('a', 1)
  stream.write('b', 2)
  const FilterCriteria = { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"n":{"N":["2"]}}}}' }] }
  await start(worker(), { FilterCriteria })
  await until(() => ids().length > 0)
  stream.write('c', 3)
  stream.write('d', 2)
  await until(() => ids().length > 1)
  expect(ids()).toEqual([['b'], ['d']])
})

test('a batching window gathers what comes within it and ends early when the batch is full', async () => {
  await start(worker(), { BatchSize: 3, MaximumBatchingWindowInSeconds: 60 })
  for (const id of ['a', 'b', 'c']) {
    stream.write(id)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await until(() => ids().length > 0)
  expect(ids()).toEqual([['a', 'b', 'c']])
})

test('parallelization runs keys side by side and keeps the order within a key', async () => {
  const keys = ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8']
  for (let n = 0; n < 5; n++) for (const key of keys) stream.write(key, n)
  await start(worker('await new Promise((done) => setTimeout(done, 10))'), {
    BatchSize: 2,
    ParallelizationFactor: 4,
  })
  await until(() => ids().flat().length === 40)
  for (const key of keys)
    expect(
      batches()
        .flat()
        .filter(({ id }) => id === key)
        .map(({ n }) => n),
    ).toEqual([0, 1, 2, 3, 4])
  const running = cloud?.context.metrics.filter(({ name }) => name === 'ConcurrentExecutions') ?? []
  expect(Math.max(...running.map(({ value }) => value))).toBeGreaterThan(1)
})

test('an idle stream is not read', async () => {
  await start(worker())
  await until(() => stream.reads() > 0)
  const before = stream.reads()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(stream.reads()).toBe(before)
})

test.each([
  [{ StartingPosition: undefined }, 'StartingPosition is missing'],
  [{ TumblingWindowInSeconds: 10 }, 'TumblingWindowInSeconds is not supported here'],
  [{ ParallelizationFactor: 11 }, 'ParallelizationFactor must be from 1 to 10, not 11'],
  [{ EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/x' }, 'EventSourceArn arn:aws:kinesis'],
])('the mapping %j is refused by name', async (mapping, reason) => {
  await expect(start(worker(), mapping)).rejects.toThrow(reason)
})
