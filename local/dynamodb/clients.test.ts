import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams'
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operator } from '../aws/principal.ts'
import { createGateway } from '../gateway/index.ts'
import { listenOnLoopback } from '../http/index.ts'
import type { LoopbackServer } from '../http/index.ts'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'

let db: RunningDynamoDb
let server: LoopbackServer
let client: ConstructorParameters<typeof DynamoDBClient>[0]
const stream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }

beforeAll(async () => {
  db = await startDynamoDb([table('Notes', stream)])
  const { listener } = createGateway({
    services: [db.service, db.streams],
    authenticate: () => operator,
    call: (...call) => db.context.call(...call),
  })
  server = await listenOnLoopback(listener, 0)
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' }
  client = { endpoint: server.origin, region: 'us-east-1', credentials, maxAttempts: 3 }
})
afterAll(async () => {
  await server.close()
  await db.stop()
})

describe('the AWS SDK over the AWS endpoint', () => {
  it('writes, reads and queries documents', async () => {
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client ?? {}))
    const Item = {
      id: 'a',
      tags: new Set(['x', 'y']),
      nested: { list: [1, null, 'ü'] },
      raw: Uint8Array.of(1, 2),
    }
    await documents.send(new PutCommand({ TableName: 'Notes', Item }))
    expect((await documents.send(new GetCommand({ TableName: 'Notes', Key: { id: 'a' } }))).Item).toEqual(
      Item,
    )
    const query = {
      TableName: 'Notes',
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': 'a' },
    }
    expect((await documents.send(new QueryCommand(query))).Count).toBe(1)
  })

  it('learns why a condition or a transaction failed', async () => {
    const dynamodb = new DynamoDBClient(client ?? {})
    const put = {
      TableName: 'Notes',
      Item: { id: { S: 'once' } },
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const
    await dynamodb.send(new PutItemCommand(put))
    await expect(dynamodb.send(new PutItemCommand(put))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { id: { S: 'once' } },
    })
    const Put = { ...put, Item: { id: 'once' } }
    const transaction = new TransactWriteCommand({ TransactItems: [{ Put }] })
    await expect(DynamoDBDocumentClient.from(dynamodb).send(transaction)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { id: { S: 'once' } } }],
    })
  })

  it('repeats what was throttled', async () => {
    db.faults.inject({ error: 'ProvisionedThroughputExceededException', times: 2 })
    await new DynamoDBClient(client ?? {}).send(
      new PutItemCommand({ TableName: 'Notes', Item: { id: { S: 'b' } } }),
    )
  })

  it('reads a stream', async () => {
    const streams = new DynamoDBStreamsClient(client ?? {})
    const { StreamArn } = table('Notes', {}).attributes
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId
    const position = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand(position))
    const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }))
    expect(Records?.[0]).toMatchObject({ eventName: 'INSERT', dynamodb: { Keys: { id: { S: 'a' } } } })
    expect(Records?.[0]?.dynamodb?.ApproximateCreationDateTime).toBeInstanceOf(Date)
  })
})
