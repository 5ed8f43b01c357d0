import { afterEach, describe, expect, it } from 'vitest'
import type { Input } from '../aws/service.ts'
import { fakeClock } from '../testing/clock.ts'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'

const running: RunningDynamoDb[] = []
afterEach(async () => {
  for (const db of running.splice(0).reverse()) await db.stop()
})

const { StreamArn = '' } = table('Notes', {}).attributes

async function streaming(
  StreamViewType = 'NEW_AND_OLD_IMAGES',
  options: Parameters<typeof startDynamoDb>[1] = {},
  more: Input = {},
): Promise<RunningDynamoDb> {
  const db = await startDynamoDb(
    [table('Notes', { StreamSpecification: { StreamViewType }, ...more })],
    options,
  )
  running.push(db)
  return db
}

const put = (db: RunningDynamoDb, id: string, n = '1', more = {}) =>
  db.call('PutItem', { TableName: 'Notes', Item: { id: { S: id }, n: { N: n }, ...more } })

async function iterator(
  db: RunningDynamoDb,
  ShardIteratorType = 'TRIM_HORIZON',
  more = {},
): Promise<unknown> {
  const { StreamDescription } = await db.callStreams('DescribeStream', { StreamArn })
  const { ShardId } = (StreamDescription as { Shards: { ShardId: string }[] }).Shards[0] ?? {}
  return (await db.callStreams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType, ...more }))
    .ShardIterator
}

interface StreamRecord {
  eventID: string
  eventName: string
  awsRegion: string
  userIdentity?: object
  dynamodb: { Keys: { id: { S: string } }; SequenceNumber: string } & Input
}

async function read(db: RunningDynamoDb, ShardIterator: unknown, more = {}) {
  const answer = await db.callStreams('GetRecords', { ShardIterator, ...more })
  return { records: answer.Records as StreamRecord[], next: answer.NextShardIterator }
}

async function ids(db: RunningDynamoDb, from: unknown): Promise<string[]> {
  return (await read(db, from)).records.map(({ dynamodb }) => dynamodb.Keys.id.S)
}

describe('a stream', () => {
  it('tells each change in its order, but not the write that changed nothing', async () => {
    const db = await streaming()
    await put(db, 'a')
    await put(db, 'a')
    await put(db, 'a', '2')
    await db.call('DeleteItem', { TableName: 'Notes', Key: { id: { S: 'a' } } })
    const { records } = await read(db, await iterator(db))
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE'])
    expect(records[1]).toMatchObject({
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        Keys: { id: { S: 'a' } },
        OldImage: { id: { S: 'a' }, n: { N: '1' } },
        NewImage: { id: { S: 'a' }, n: { N: '2' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
        ApproximateCreationDateTime: expect.any(Number) as number,
      },
    })
  })

  it.each([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
  ])('with %s has the images %j', async (viewType, images) => {
    const db = await streaming(viewType)
    for (const n of ['1', '1', '2']) await put(db, 'a', n)
    const { records } = await read(db, await iterator(db))
    expect(records).toHaveLength(2)
    expect(Object.keys(records[1]?.dynamodb ?? {}).filter((name) => name.endsWith('Image'))).toEqual(images)
    expect(records[1]?.dynamodb.StreamViewType).toBe(viewType)
  })

  it('is read from its start, its end, at and after a record, page by page', async () => {
    const db = await streaming()
    for (const id of ['a', 'b', 'c']) await put(db, id)
    const latest = await iterator(db, 'LATEST')
    const first = await read(db, await iterator(db), { Limit: 2 })
    expect(first.records.map(({ dynamodb }) => dynamodb.Keys.id.S)).toEqual(['a', 'b'])
    expect(await ids(db, first.next)).toEqual(['c'])
    const { SequenceNumber } = first.records[1]?.dynamodb ?? {}
    expect(await ids(db, await iterator(db, 'AT_SEQUENCE_NUMBER', { SequenceNumber }))).toEqual(['b', 'c'])
    expect(await ids(db, await iterator(db, 'AFTER_SEQUENCE_NUMBER', { SequenceNumber }))).toEqual(['c'])
    await put(db, 'd')
    expect(await ids(db, latest)).toEqual(['d'])
  })

  it('calls its listeners after each kind of write, and nobody else', async () => {
    const db = await streaming()
    let told = 0
    const stop = db.onStreamRecords(StreamArn, () => told++)
    await put(db, 'a')
    await db.call('BatchWriteItem', {
      RequestItems: { Notes: [{ PutRequest: { Item: { id: { S: 'b' } } } }] },
    })
    await db.call('TransactWriteItems', {
      TransactItems: [{ Put: { TableName: 'Notes', Item: { id: { S: 'c' } } } }],
    })
    expect(told).toBe(3)
    await db.call('GetItem', { TableName: 'Notes', Key: { id: { S: 'a' } } })
    stop()
    await put(db, 'd')
    expect(told).toBe(3)
  })

  it('is listed and described under the ARN the template knows', async () => {
    const db = await streaming()
    const { Streams } = await db.callStreams('ListStreams', {})
    expect(Streams).toEqual([{ StreamArn, TableName: 'Notes', StreamLabel: StreamArn.split('/').at(-1) }])
    const { StreamDescription } = await db.callStreams('DescribeStream', { StreamArn })
    expect(StreamDescription).toMatchObject({ StreamArn, StreamStatus: 'ENABLED', TableName: 'Notes' })
  })

  it('has ids and numbers of the lengths that AWS clients insist on, and one shard without an end', async () => {
    const db = await streaming()
    await put(db, 'a')
    const { StreamDescription } = await db.callStreams('DescribeStream', { StreamArn })
    expect(StreamDescription).toHaveProperty('Shards', [
      {
        ShardId: expect.stringMatching(/^shardId-[\w-]{20,57}$/) as string,
        SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{21,40}$/) as string },
      },
    ])
    const { records } = await read(db, await iterator(db))
    expect(records[0]?.dynamodb.SequenceNumber).toMatch(/^\d{21,40}$/)
    expect(records[0]?.eventID).toMatch(/^[0-9a-f]{32}$/)
  })

  it('that does not exist, or an iterator that is none, is refused', async () => {
    const db = await streaming()
    await expect(db.callStreams('DescribeStream', { StreamArn: `${StreamArn}x` })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    await expect(read(db, 'nonsense')).rejects.toMatchObject({ code: 'ValidationException' })
  })

  it('asks permission on itself, for records too', async () => {
    const db = await streaming()
    const input = { ShardIterator: await iterator(db) }
    expect(db.streams.actions.GetRecords?.permissions(input)).toEqual([
      { action: 'dynamodb:GetRecords', resource: StreamArn },
    ])
  })
})

describe('over a restart', () => {
  it('items, iterators and view types stay', async () => {
    const before = await streaming('NEW_IMAGE')
    await put(before, 'a')
    const from = (await read(before, await iterator(before))).next
    await put(before, 'b')
    await before.service.stop?.()
    const after = await streaming('NEW_IMAGE', { data: before.context.data })
    await put(after, 'c')
    expect(await ids(after, from)).toEqual(['b', 'c'])
  })
})

describe('upkeep', () => {
  it('removes what has expired and says so in the stream', async () => {
    const clock = fakeClock(Date.now())
    const ttl = { TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true } }
    const db = await streaming('NEW_AND_OLD_IMAGES', { clock }, ttl)
    const seconds = Math.floor(clock.now() / 1000)
    await put(db, 'gone', '1', { ends: { N: String(seconds - 1) } })
    await put(db, 'later', '1', { ends: { N: String(seconds + 86_400) } })
    await put(db, 'never')
    const told = new Promise<void>((resolve) => db.onStreamRecords(StreamArn, resolve))
    const from = await iterator(db, 'LATEST')
    await clock.advance(10 * 60_000)
    await told
    const { records } = await read(db, from)
    expect(records).toMatchObject([
      {
        eventName: 'REMOVE',
        dynamodb: { Keys: { id: { S: 'gone' } } },
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      },
    ])
    expect((await db.call('Scan', { TableName: 'Notes' })).Count).toBe(2)
  })

  it('forgets records of more than a day ago, and tells those who read on from there', async () => {
    const clock = fakeClock(Date.now())
    const db = await streaming('NEW_AND_OLD_IMAGES', { clock })
    for (const id of ['a', 'b']) await put(db, id)
    const [first] = (await read(db, await iterator(db))).records
    await clock.advance(23 * 60 * 60_000)
    await put(db, 'c')
    expect(await ids(db, await iterator(db))).toEqual(['a', 'b', 'c'])
    await clock.advance(2 * 60 * 60_000)
    expect(await ids(db, await iterator(db))).toEqual(['c'])
    const { SequenceNumber } = first?.dynamodb ?? {}
    await expect(iterator(db, 'AFTER_SEQUENCE_NUMBER', { SequenceNumber })).rejects.toMatchObject({
      code: 'TrimmedDataAccessException',
    })
  })

  it('never gives a number twice, even when all records are gone', async () => {
    const clock = fakeClock(Date.now())
    const db = await streaming('NEW_AND_OLD_IMAGES', { clock })
    await put(db, 'a')
    const [first] = (await read(db, await iterator(db))).records
    await clock.advance(25 * 60 * 60_000)
    await db.service.stop?.()
    const again = await streaming('NEW_AND_OLD_IMAGES', { clock, data: db.context.data })
    await put(again, 'b')
    const [second] = (await read(again, await iterator(again))).records
    expect(BigInt(second?.dynamodb.SequenceNumber ?? 0)).toBeGreaterThan(
      BigInt(first?.dynamodb.SequenceNumber ?? 0),
    )
  })
})
