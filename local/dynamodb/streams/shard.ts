import type { Input } from '../../aws/service.ts'

/**
 * dynoxide's shard ids grow with the table's name and its sequence numbers are as short as they can be; clients such
 * as the AWS CLI refuse both, for AWS's have 28 to 65 characters and 21 to 40 digits.
 */
const shardId = 'shardId-00000000000000000001-00000001'
const digits = 21

const dynoxideShardId = (table: string): string => `shardId-00000001-${table}`

export function nativeShardId(table: string, given: string | undefined): string | undefined {
  return given === shardId ? dynoxideShardId(table) : given
}

export function ourSequenceNumber(native: string): string {
  return native.padStart(digits, '0')
}

/**
 * A shard as DescribeStream lists it: it begins with the stream's first record, trimmed or not, and has no end while
 * it is written. dynoxide tells the lowest and highest numbers there are, compared as texts.
 */
export function ourShard(table: string, shard: Input): Input {
  if (shard.ShardId !== dynoxideShardId(table)) return shard
  return { ShardId: shardId, SequenceNumberRange: { StartingSequenceNumber: ourSequenceNumber('1') } }
}
