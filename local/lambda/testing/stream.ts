import type { Service } from '../../aws/service.ts'

/** A table's stream of one shard, as DynamoDB Streams would serve it. */
export interface TestStream {
  readonly service: Service
  readonly onStreamRecords: (streamArn: string, listener: () => void) => () => void
  /** Appends a new item; answers its sequence number. `age` in milliseconds. */
  write(id: string, n?: number, age?: number): string
  /** How often GetRecords was called. */
  reads(): number
}

export const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/2026-01-01T00:00:00.000'

export function testStream(): TestStream {
  const log: object[] = []
  const listeners = new Set<() => void>()
  let reads = 0
  const free = { permissions: () => [] }
  const service: Service = {
    name: 'dynamodbstreams',
    resourceTypes: {},
    deploy: () => Promise.resolve(),
    actions: {
      DescribeStream: { ...free, run: () => ({ StreamDescription: { Shards: [{ ShardId: 'shardId-0' }] } }) },
      GetShardIterator: {
        ...free,
        run: ({ ShardIteratorType, SequenceNumber }) => ({
          ShardIterator: ShardIteratorType === 'TRIM_HORIZON' ? '0' : String(SequenceNumber),
        }),
      },
      GetRecords: {
        ...free,
        run({ ShardIterator }) {
          reads++
          const Records = log.slice(Number(ShardIterator), Number(ShardIterator) + 100)
          return { Records, NextShardIterator: String(Number(ShardIterator) + Records.length) }
        },
      },
    },
  }
  return {
    service,
    reads: () => reads,
    onStreamRecords(_arn, listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    write(id, n = 0, age = 0) {
      const SequenceNumber = String(log.length + 1)
      const dynamodb = {
        ApproximateCreationDateTime: Math.floor((Date.now() - age) / 1000),
        Keys: { id: { S: id } },
        NewImage: { id: { S: id }, n: { N: String(n) } },
        SequenceNumber,
        SizeBytes: 10,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      }
      const about = {
        eventID: SequenceNumber,
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
      }
      log.push({ ...about, awsRegion: 'us-east-1', dynamodb })
      for (const listener of listeners) listener()
      return SequenceNumber
    },
  }
}
