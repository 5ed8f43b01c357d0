import { AwsError } from '../../aws/error.ts'
import { record, records, text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'
import { streamArn, streamLabel, tableName } from '../names.ts'
import { nativeStreamArn } from './native.ts'
import { iteratorFrom, readIterator } from './iterator.ts'
import { ourRecords } from './records.ts'
import { nativeShardId, ourShard } from './shard.ts'

/** DynamoDB Streams: one shard per stream. */
export function streamActions(database: Database): Record<string, Action> {
  const ask = (action: string, input: object): Promise<object> =>
    database.backend.send(`DynamoDBStreams_20120810.${action}`, input)
  const { place } = database.context
  const allow = (action: string, arn: string | undefined) => [
    { action: `dynamodb:${action}`, resource: arn === undefined || arn === '' ? '*' : arn },
  ]

  return {
    ListStreams: {
      permissions: () => allow('ListStreams', undefined),
      run(input) {
        const asked = text(input, 'TableName')
        const names = [...database.tables].filter(([, table]) => table.stream).map(([name]) => name)
        const wanted = asked === undefined ? names : names.filter((name) => name === tableName(asked))
        return {
          Streams: wanted.map((name) => ({
            StreamArn: streamArn(place, name),
            TableName: name,
            StreamLabel: streamLabel,
          })),
        }
      },
    },
    DescribeStream: {
      permissions: (input) => allow('DescribeStream', text(input, 'StreamArn')),
      async run(input) {
        const { arn, table, native } = await nativeStreamArn(database, input)
        const answer = await ask('DescribeStream', { ...input, StreamArn: native })
        const description = record(record(answer)?.StreamDescription) ?? {}
        return {
          StreamDescription: {
            ...description,
            Shards: records(description.Shards).map((shard) => ourShard(table, shard)),
            StreamArn: arn,
            StreamLabel: streamLabel,
            StreamViewType: database.tables.get(table)?.stream,
          },
        }
      },
    },
    GetShardIterator: {
      permissions: (input) => allow('GetShardIterator', text(input, 'StreamArn')),
      async run(input) {
        const { arn, table, native } = await nativeStreamArn(database, input)
        const ShardId = nativeShardId(table, text(input, 'ShardId'))
        const answer = await ask('GetShardIterator', { ...input, StreamArn: native, ShardId })
        return { ShardIterator: iteratorFrom(arn, text(answer as Input, 'ShardIterator') ?? '') }
      },
    },
    GetRecords: {
      permissions: (input) => allow('GetRecords', readIterator(input)?.arn),
      async run(input) {
        const iterator = readIterator(input)
        if (!iterator) throw new AwsError('ValidationException', 'Invalid ShardIterator')
        const answer = (await ask('GetRecords', { ...input, ShardIterator: iterator.native })) as Input
        const next = text(answer, 'NextShardIterator')
        return {
          Records: ourRecords(database, tableName(iterator.arn), records(answer.Records)),
          ...(next !== undefined && { NextShardIterator: iteratorFrom(iterator.arn, next) }),
        }
      },
    },
  }
}
