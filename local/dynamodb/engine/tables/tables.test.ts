import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../aws/service.ts'
import { fakeClock } from '../../../testing/clock.ts'
import { startDynamoDb } from '../../testing/harness.ts'
import type { RunningDynamoDb } from '../../testing/harness.ts'

const clock = fakeClock()
let db: RunningDynamoDb
beforeAll(async () => void (db = await startDynamoDb([], { clock })))
afterAll(() => db.stop())

const attribute = (AttributeName: string, AttributeType = 'S') => ({ AttributeName, AttributeType })
const keys = (...names: string[]) =>
  names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }))
const simple = {
  AttributeDefinitions: [attribute('id')],
  KeySchema: keys('id'),
  BillingMode: 'PAY_PER_REQUEST',
}
const create = (TableName: unknown, more: Input = {}) =>
  db.call('CreateTable', { TableName, ...simple, ...more })
const described = async (TableName: string) => (await db.call('DescribeTable', { TableName })).Table as Input
const index = (IndexName: string, ...names: string[]) => ({
  IndexName,
  KeySchema: keys(...names),
  Projection: { ProjectionType: 'ALL' },
})
const two = [attribute('id'), attribute('kind')]

describe('a table', () => {
  it('is described as it was made, with what is in it', async () => {
    await create('Made', {
      AttributeDefinitions: two,
      GlobalSecondaryIndexes: [index('byKind', 'kind')],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
    })
    for (const id of ['a', 'b'])
      await db.call('PutItem', {
        TableName: 'Made',
        Item: { id: { S: id }, ...(id === 'a' && { kind: { S: 'x' } }) },
      })
    const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Made'
    expect(await described('Made')).toMatchObject({
      TableName: 'Made',
      TableArn: arn,
      TableStatus: 'ACTIVE',
      CreationDateTime: clock.now() / 1000,
      ItemCount: 2,
      AttributeDefinitions: two,
      KeySchema: keys('id'),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byKind',
          IndexStatus: 'ACTIVE',
          ItemCount: 1,
          IndexArn: `${arn}/index/byKind`,
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
      LatestStreamArn: expect.stringContaining(`${arn}/stream/`) as string,
    })
  })

  it('can be there once, and is gone with its items when it is deleted', async () => {
    await create('Once')
    await db.call('PutItem', { TableName: 'Once', Item: { id: { S: 'a' } } })
    await expect(create('Once')).rejects.toMatchObject({
      code: 'ResourceInUseException',
      message: 'Table already exists: Once',
    })
    expect(await db.call('DeleteTable', { TableName: 'Once' })).toMatchObject({
      TableDescription: { TableStatus: 'DELETING' },
    })
    await expect(described('Once')).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    await create('Once')
    expect(await db.call('Scan', { TableName: 'Once' })).toMatchObject({ Count: 0 })
  })

  it('is not deleted while it is protected', async () => {
    await create('Safe', { DeletionProtectionEnabled: true })
    await expect(db.call('DeleteTable', { TableName: 'Safe' })).rejects.toMatchObject({
      code: 'ValidationException',
    })
    await db.call('UpdateTable', { TableName: 'Safe', DeletionProtectionEnabled: false })
    await db.call('DeleteTable', { TableName: 'Safe' })
  })

  it('is listed page by page in the order of the names', async () => {
    for (const name of ['List-b', 'List-a', 'List-c']) await create(name)
    const first = await db.call('ListTables', { Limit: 2, ExclusiveStartTableName: 'List' })
    expect(first).toEqual({ TableNames: ['List-a', 'List-b'], LastEvaluatedTableName: 'List-b' })
    const next = await db.call('ListTables', { Limit: 1, ExclusiveStartTableName: 'List-b' })
    expect(next.TableNames).toEqual(['List-c'])
  })

  const wrong = 'One or more parameter values were invalid: '
  it.each<[unknown, Input, string]>([
    [undefined, {}, "The parameter 'TableName' is required but was not present in the request"],
    [
      'ab',
      {},
      "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    ],
    [
      'New',
      { KeySchema: [{ AttributeName: 'id', KeyType: 'FIRST' }] },
      "1 validation error detected: Value 'FIRST' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]",
    ],
    [
      'New',
      { AttributeDefinitions: [attribute('id', 'BOOL')] },
      "1 validation error detected: Value 'BOOL' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]",
    ],
    [
      'New',
      { KeySchema: keys('id', 'id') },
      'Invalid KeySchema: Some index key attribute have no definition',
    ],
    [
      'New',
      { KeySchema: keys('kind') },
      `${wrong}Some index key attributes are not defined in AttributeDefinitions. Keys: [kind], AttributeDefinitions: [id]`,
    ],
    [
      'New',
      { AttributeDefinitions: two },
      `${wrong}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    ],
    [
      'New',
      { BillingMode: 'PROVISIONED' },
      `${wrong}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    ],
    [
      'New',
      { AttributeDefinitions: two, GlobalSecondaryIndexes: [index('one', 'kind'), index('one', 'kind')] },
      `${wrong}Duplicate index name: one`,
    ],
    [
      'New',
      { AttributeDefinitions: two, LocalSecondaryIndexes: [index('one', 'id', 'kind')] },
      `${wrong}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    ],
    [
      'New',
      {
        AttributeDefinitions: two,
        GlobalSecondaryIndexes: [{ ...index('one', 'kind'), Projection: { ProjectionType: 'SOME' } }],
      },
      `${wrong}Unknown ProjectionType: SOME`,
    ],
  ])('%s cannot be made with %j', async (name, more, message) => {
    await expect(create(name, more)).rejects.toMatchObject({ code: 'ValidationException', message })
  })
})

describe('an index made later', () => {
  it('has the items that were there, except those whose key is none', async () => {
    await create('Later')
    for (const kind of [{ S: 'x' }, { N: '1' }, { S: '' }, undefined])
      await db.call('PutItem', {
        TableName: 'Later',
        Item: { id: { S: JSON.stringify(kind ?? 0) }, ...(kind && { kind }) },
      })
    await db.call('UpdateTable', {
      TableName: 'Later',
      AttributeDefinitions: two,
      GlobalSecondaryIndexUpdates: [{ Create: index('byKind', 'kind') }],
    })
    expect(await db.call('Scan', { TableName: 'Later', IndexName: 'byKind' })).toMatchObject({
      Items: [{ id: { S: '{"S":"x"}' } }],
    })
    await db.call('UpdateTable', {
      TableName: 'Later',
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byKind' } }],
    })
    expect(await described('Later')).not.toHaveProperty('GlobalSecondaryIndexes')
  })
})

describe('a stream switched off and on', () => {
  it('begins anew, and never gives a number again', async () => {
    const enabled = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }
    await create('Stream', enabled)
    const { LatestStreamArn: StreamArn } = await described('Stream')
    const read = async () => {
      const from = {
        StreamArn,
        ShardId: 'shardId-00000000000000000001-00000001',
        ShardIteratorType: 'TRIM_HORIZON',
      }
      const { ShardIterator } = await db.callStreams('GetShardIterator', from)
      const { Records } = await db.callStreams('GetRecords', { ShardIterator })
      return (Records as { dynamodb: { Keys: { id: { S: string } }; SequenceNumber: string } }[]).map(
        ({ dynamodb }) => [dynamodb.Keys.id.S, BigInt(dynamodb.SequenceNumber)] as const,
      )
    }
    await db.call('PutItem', { TableName: 'Stream', Item: { id: { S: 'a' } } })
    const [first] = await read()
    await db.call('UpdateTable', { TableName: 'Stream', StreamSpecification: { StreamEnabled: false } })
    await db.call('PutItem', { TableName: 'Stream', Item: { id: { S: 'unseen' } } })
    await expect(read()).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    await db.call('UpdateTable', { TableName: 'Stream', ...enabled })
    await db.call('PutItem', { TableName: 'Stream', Item: { id: { S: 'b' } } })
    const records = await read()
    expect(records.map(([id]) => id)).toEqual(['b'])
    expect(records[0]?.[1]).toBeGreaterThan(first?.[1] ?? 0n)
  })

  it('has iterators that end after 15 minutes', async () => {
    const { LatestStreamArn: StreamArn } = await described('Stream')
    const from = { StreamArn, ShardId: 'shardId-00000000000000000001-00000001', ShardIteratorType: 'LATEST' }
    const { ShardIterator } = await db.callStreams('GetShardIterator', from)
    await clock.advance(14 * 60_000)
    await db.callStreams('GetRecords', { ShardIterator })
    await clock.advance(2 * 60_000)
    await expect(db.callStreams('GetRecords', { ShardIterator })).rejects.toMatchObject({
      code: 'ExpiredIteratorException',
    })
  })
})

describe('the time to live', () => {
  it('is one attribute at a time', async () => {
    await create('Expiring')
    const set = (Enabled: boolean, AttributeName: string) =>
      db.call('UpdateTimeToLive', {
        TableName: 'Expiring',
        TimeToLiveSpecification: { Enabled, AttributeName },
      })
    await set(true, 'ends')
    await expect(set(true, 'other')).rejects.toThrow('TimeToLive is already enabled')
    await expect(set(false, 'other')).rejects.toThrow('TimeToLive is active on a different AttributeName')
    await set(false, 'ends')
    await expect(set(false, 'ends')).rejects.toThrow('TimeToLive is already disabled')
  })

  it('takes only numbers of the last five years for an end', async () => {
    await create('Ending')
    await db.call('UpdateTimeToLive', {
      TableName: 'Ending',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'ends' },
    })
    const now = clock.now() / 1000
    const ends = {
      gone: { N: String(now - 1) },
      text: { S: String(now - 1) },
      ancient: { N: '86400' },
      later: { N: String(now + 90_000) },
    }
    for (const [id, value] of Object.entries(ends))
      await db.call('PutItem', { TableName: 'Ending', Item: { id: { S: id }, ends: value } })
    await clock.advance(20 * 60_000)
    const { Items } = await db.call('Scan', { TableName: 'Ending', ProjectionExpression: 'id' })
    expect((Items as { id: { S: string } }[]).map(({ id }) => id.S).sort()).toEqual([
      'ancient',
      'later',
      'text',
    ])
  })
})
