import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'

let db: RunningDynamoDb
beforeAll(async () => {
  db = await startDynamoDb([
    table('Notes', {
      AttributeDefinitions: ['id', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byKind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  ])
})
afterAll(() => db.stop())

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Notes'
const put = (id: string, more = {}) => ({ Put: { TableName: 'Notes', Item: { id: { S: id }, ...more } } })

describe('a table', () => {
  it('is found by name and by ARN, in every kind of request', async () => {
    await db.call('PutItem', { TableName: arn, Item: { id: { S: 'a' }, n: { N: '1' } } })
    const Item = { id: { S: 'a' }, n: { N: '1' } }
    const Key = { id: { S: 'a' } }
    for (const TableName of ['Notes', arn]) {
      expect(await db.call('GetItem', { TableName, Key })).toEqual({ Item })
      expect(await db.call('TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] })).toEqual({
        Responses: [{ Item }],
      })
      const batch = await db.call('BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } })
      expect(batch.Responses).toEqual({ Notes: [Item] })
    }
  })

  it('is described with the ARNs of this place', async () => {
    const { Table } = await db.call('DescribeTable', { TableName: arn })
    expect(Table).toMatchObject({
      TableArn: arn,
      GlobalSecondaryIndexes: [{ IndexArn: `${arn}/index/byKind` }],
    })
    expect(Table).not.toHaveProperty('LatestStreamArn')
  })

  it('that does not exist is named as AWS does', async () => {
    await expect(db.call('DescribeTable', { TableName: 'Nowhere' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: Nowhere not found',
    })
  })
})

describe('a transaction', () => {
  it('does all or nothing and tells the reason per item', async () => {
    const check = {
      TableName: 'Notes',
      Key: { id: { S: 'none' } },
      ConditionExpression: 'attribute_exists(id)',
    }
    const items = [put('t'), { ConditionCheck: check }]
    await expect(db.call('TransactWriteItems', { TransactItems: items })).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      members: { CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }] },
    })
    expect(await db.call('GetItem', { TableName: 'Notes', Key: { id: { S: 't' } } })).toEqual({})
  })

  it('of 101 items is refused', async () => {
    const TransactItems = Array.from({ length: 101 }, (_, index) => put(String(index)))
    await expect(db.call('TransactWriteItems', { TransactItems })).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(
        /^1 validation error detected: .*'transactItems' failed .* less than or equal to 100$/,
      ) as string,
    })
  })
})

describe('what IAM is asked', () => {
  const asked = (action: string, input: object) =>
    db.service.actions[action]
      ?.permissions(input as Record<string, unknown>)
      .map((each) => [each.action, each.resource])

  it('is the operation on the table, or on the index that is read', () => {
    expect(asked('GetItem', { TableName: arn })).toEqual([['dynamodb:GetItem', arn]])
    expect(asked('Query', { TableName: 'Notes', IndexName: 'byKind' })).toEqual([
      ['dynamodb:Query', `${arn}/index/byKind`],
    ])
    expect(asked('BatchWriteItem', { RequestItems: { Notes: [], Other: [] } })).toEqual([
      ['dynamodb:BatchWriteItem', arn],
      ['dynamodb:BatchWriteItem', arn.replace('Notes', 'Other')],
    ])
  })

  it('is, for a transaction, the operation of each item', () => {
    const one = { TableName: 'Notes' }
    const TransactItems = [{ Put: one }, { Update: one }, { Delete: one }, { ConditionCheck: one }]
    expect(asked('TransactWriteItems', { TransactItems })).toEqual(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((action) => [
        `dynamodb:${action}`,
        arn,
      ]),
    )
    expect(asked('TransactGetItems', { TransactItems: [{ Get: one }] })).toEqual([['dynamodb:GetItem', arn]])
  })

  it('survives nonsense', () => {
    for (const action of Object.keys(db.service.actions))
      for (const input of [{}, { TableName: 5, TransactItems: [3, null], RequestItems: [1] }])
        for (const permission of db.service.actions[action]?.permissions(input) ?? []) {
          expect(permission.action).toMatch(/^dynamodb:/)
          expect(() => permission.context).not.toThrow()
        }
  })

  const context = (action: string, input: object) =>
    db.service.actions[action]?.permissions(input as Record<string, unknown>)[0]?.context

  it('knows the partition keys and attributes of the request', () => {
    expect(context('PutItem', { TableName: 'Notes', Item: { id: { S: 'a' }, n: { N: '1' } } })).toEqual({
      'dynamodb:LeadingKeys': ['a'],
      'dynamodb:Attributes': ['id', 'n'],
    })
    expect(
      context('BatchGetItem', {
        RequestItems: { Notes: { Keys: [{ id: { S: 'a' } }, { id: { S: 'b' } }] } },
      }),
    ).toEqual({
      'dynamodb:LeadingKeys': ['a', 'b'],
      'dynamodb:Attributes': ['id'],
    })
    const query = {
      TableName: 'Notes',
      IndexName: 'byKind',
      KeyConditionExpression: '#k = :k AND begins_with(id, :p)',
      ExpressionAttributeNames: { '#k': 'kind' },
      ExpressionAttributeValues: { ':k': { S: 'x' }, ':p': { S: 'y' } },
      ProjectionExpression: 'id',
    }
    expect(context('Query', query)).toEqual({
      'dynamodb:LeadingKeys': ['x'],
      'dynamodb:Attributes': ['id', 'kind'],
      'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
    })
  })

  it('knows the transaction around an item', () => {
    const [permission] =
      db.service.actions.TransactWriteItems?.permissions({ TransactItems: [put('a')] }) ?? []
    expect(permission?.context).toMatchObject({ 'dynamodb:EnclosingOperation': 'TransactWriteItems' })
  })
})
