import { afterEach, describe, expect, it } from 'vitest'
import type { Input } from '../aws/service.ts'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'

let db: RunningDynamoDb | undefined
afterEach(async () => {
  await db?.stop()
  db = undefined
})

async function deployed(...tables: Parameters<typeof startDynamoDb>[0]) {
  db = await startDynamoDb(tables)
  return db
}

const kinds = {
  AttributeDefinitions: ['id', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
}
const index = (IndexName: string, ProjectionType = 'ALL') => ({
  IndexName,
  KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
  Projection: { ProjectionType },
})
const withIndexes = (...GlobalSecondaryIndexes: Input[]) =>
  table('Notes', { ...kinds, GlobalSecondaryIndexes })
const stream = { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }

async function ofKind(running: RunningDynamoDb, IndexName: string): Promise<unknown> {
  const { Items } = await running.call('Query', {
    TableName: 'Notes',
    IndexName,
    KeyConditionExpression: 'kind = :k',
    ExpressionAttributeValues: { ':k': { S: 'x' } },
  })
  return Items
}

describe('a table of the template', () => {
  it('has its name, ARN and stream ARN before it exists', () => {
    const { ref, attributes } = table('Notes', {})
    expect(ref).toBe('Notes')
    expect(attributes.Arn).toBe('arn:aws:dynamodb:us-east-1:000000000000:table/Notes')
    expect(attributes.StreamArn).toMatch(/^arn:aws:dynamodb:us-east-1:000000000000:table\/Notes\/stream\/.+/)
    expect(table('Notes', { TableName: undefined }).ref).toBe('Stack-Notes')
  })

  it('keeps its items when it is deployed again, and gets and loses indexes', async () => {
    const running = await deployed(withIndexes(index('old')))
    const item = { id: { S: 'a' }, kind: { S: 'x' }, n: { N: '1' } }
    await running.call('PutItem', { TableName: 'Notes', Item: item })
    await running.service.deploy([withIndexes(index('old'), index('new'))])
    expect(await ofKind(running, 'new')).toEqual([item])
    await running.service.deploy([withIndexes(index('new', 'KEYS_ONLY'))])
    expect(await ofKind(running, 'new')).toEqual([{ id: { S: 'a' }, kind: { S: 'x' } }])
    await expect(ofKind(running, 'old')).rejects.toMatchObject({ code: 'ValidationException' })
  })

  it('gets and loses its stream and its time to live', async () => {
    const ttl = { TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true } }
    const running = await deployed(table('Notes', { ...stream, ...ttl }))
    const describeTable = async () => (await running.call('DescribeTable', { TableName: 'Notes' })).Table
    const timeToLive = async () => await running.call('DescribeTimeToLive', { TableName: 'Notes' })
    expect(await describeTable()).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      LatestStreamArn: table('Notes', {}).attributes.StreamArn,
    })
    expect(await timeToLive()).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ends' },
    })
    await running.service.deploy([table('Notes', {})])
    expect(await describeTable()).not.toHaveProperty('LatestStreamArn')
    expect(await timeToLive()).toMatchObject({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } })
    await running.service.deploy([
      table('Notes', { ...stream, TimeToLiveSpecification: { AttributeName: 'x', Enabled: true } }),
    ])
    expect(await describeTable()).toHaveProperty('LatestStreamArn')
    expect(await timeToLive()).toMatchObject({ TimeToLiveDescription: { AttributeName: 'x' } })
  })

  it('is a GlobalTable with one replica here as well', async () => {
    const global = table(
      'Notes',
      {
        ...kinds,
        ...stream,
        GlobalSecondaryIndexes: [index('byKind')],
        Replicas: [
          { Region: 'us-east-1', DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: {} },
        ],
      },
      'AWS::DynamoDB::GlobalTable',
    )
    const running = await deployed(global)
    expect((await running.call('DescribeTable', { TableName: 'Notes' })).Table).toMatchObject({
      GlobalSecondaryIndexes: [{ IndexName: 'byKind' }],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    })
  })

  it.each<[string, Input, string]>([
    [
      'key',
      {
        AttributeDefinitions: [{ AttributeName: 'nr', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'nr', KeyType: 'HASH' }],
      },
      'KeySchema of the existing table Notes',
    ],
    [
      'type of its key',
      { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }] },
      'the type of the key id of the existing table Notes',
    ],
    [
      'local indexes',
      {
        ...kinds,
        LocalSecondaryIndexes: [
          {
            ...index('l'),
            KeySchema: [
              { AttributeName: 'id', KeyType: 'HASH' },
              { AttributeName: 'kind', KeyType: 'RANGE' },
            ],
          },
        ],
      },
      'LocalSecondaryIndexes of the existing',
    ],
  ])('whose %s would change is refused, because its items would be lost', async (_, change, message) => {
    const running = await deployed(table('Notes', {}))
    await expect(running.service.deploy([table('Notes', change)])).rejects.toThrow(message)
    await expect(running.service.deploy([table('Notes', change)])).rejects.toThrow('--reset')
  })

  it('is kept with its items when the template names it no more, of which whoever watches is told', async () => {
    const running = await deployed(table('Notes', {}), table('Cards', {}))
    const told = () => running.context.activities.filter(({ what }) => what === 'TableLeft')
    await running.call('PutItem', { TableName: 'Notes', Item: { id: { S: 'a' } } })
    await running.service.deploy([table('Cards', {})])
    await running.service.deploy([table('Cards', {})])
    expect(told()).toEqual([expect.objectContaining({ service: 'dynamodb', subject: 'Notes' })])
    await running.service.deploy([table('Notes', {}), table('Cards', {})])
    expect(await running.call('Scan', { TableName: 'Notes' })).toMatchObject({ Count: 1 })
    expect(told()).toHaveLength(1)
  })

  it.each<[Input, string]>([
    [{ KinesisStreamSpecification: {} }, 'the property KinesisStreamSpecification is not supported'],
    [{ Replicas: [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }] }, 'replicas in other regions'],
  ])('with what cannot be done here is refused by name: %j', async (properties, message) => {
    const running = await deployed()
    await expect(running.service.deploy([table('Notes', properties)])).rejects.toThrow(
      new RegExp(`^Notes \\(AWS::DynamoDB::Table\\): ${message}`),
    )
  })

  it('hands its resource policy to whoever judges', async () => {
    const Statement = [{ Effect: 'Deny' }]
    const running = await deployed(table('Notes', { ResourcePolicy: { PolicyDocument: { Statement } } }))
    const [permission] = running.service.actions.GetItem?.permissions({ TableName: 'Notes' }) ?? []
    expect(permission?.resourcePolicy).toEqual({ Statement })
  })
})

describe('tables made by API', () => {
  it('can be made, listed, changed and dropped', async () => {
    const running = await deployed()
    const { AttributeDefinitions, KeySchema } = table('x', {}).properties
    const created = await running.call('CreateTable', {
      TableName: 'Made',
      AttributeDefinitions,
      KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    })
    expect(created.TableDescription).toMatchObject({ StreamSpecification: { StreamViewType: 'KEYS_ONLY' } })
    expect(await running.call('ListTables', {})).toEqual({ TableNames: ['Made'] })
    await running.call('UpdateTable', { TableName: 'Made', StreamSpecification: { StreamEnabled: false } })
    expect((await running.call('DescribeTable', { TableName: 'Made' })).Table).not.toHaveProperty(
      'LatestStreamArn',
    )
    await running.call('DeleteTable', { TableName: 'Made' })
    expect(await running.call('ListTables', {})).toEqual({ TableNames: [] })
  })
})
