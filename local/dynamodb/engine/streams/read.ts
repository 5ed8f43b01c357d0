import { hash } from 'node:crypto'
import { AwsError } from '../../../aws/error.ts'
import { number, text } from '../../../aws/input.ts'
import type { Input } from '../../../aws/service.ts'
import { streamArn, streamLabel, tableName } from '../../names.ts'
import type { EngineDatabase } from '../database.ts'
import { invalid, invalidMembers } from '../errors.ts'
import { itemSize } from '../sizes.ts'
import { keySchema } from '../tables/describe.ts'
import type { Stream, Table } from '../tables/table.ts'
import type { Item } from '../values.ts'
import { iteratorAt, readIterator } from './iterator.ts'
import { retention, trimmedUpTo } from './trim.ts'

/** A stream has one shard, which never ends. Clients insist on 28 to 65 characters. */
const shardId = 'shardId-00000000000000000001-00000001'
const mostRecords = 1_000
/** Bytes of records an answer has at most. */
const mostBytes = 1024 * 1024
/** Who removed an item that expired. */
const timeToLive = { type: 'Service', principalId: 'dynamodb.amazonaws.com' }

export function listStreams(database: EngineDatabase, input: Input): object {
  const given = text(input, 'TableName')
  const streaming = [...database.tables.values()].filter(({ stream }) => stream)
  const wanted = given === undefined ? streaming : streaming.filter(({ name }) => name === tableName(given))
  return {
    Streams: wanted.map(({ name }) => ({
      StreamArn: streamArn(database.place, name),
      TableName: name,
      StreamLabel: streamLabel,
    })),
  }
}

export function describeStream(database: EngineDatabase, input: Input): object {
  const { arn, table, stream } = streamOf(database, text(input, 'StreamArn'))
  return {
    StreamDescription: {
      StreamArn: arn,
      StreamLabel: streamLabel,
      StreamStatus: 'ENABLED',
      StreamViewType: stream.viewType,
      CreationRequestDateTime: stream.since / 1000,
      TableName: table.name,
      KeySchema: keySchema(table.key),
      Shards: [{ ShardId: shardId, SequenceNumberRange: { StartingSequenceNumber: written(1) } }],
    },
  }
}

export function getShardIterator(database: EngineDatabase, input: Input): object {
  const { arn, stream } = streamOf(database, text(input, 'StreamArn'))
  if (text(input, 'ShardId') !== shardId)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Shard does not exist in this Stream: ${text(input, 'ShardId') ?? ''}`,
    )
  const after = position(database, stream.rows, input)
  return { ShardIterator: iteratorAt(database.clock, arn, after) }
}

/** The number of the record after which reading begins. */
function position(database: EngineDatabase, rows: string, input: Input): number {
  const type = text(input, 'ShardIteratorType') ?? ''
  const oldest = trimmedUpTo(database, rows)
  if (type === 'TRIM_HORIZON') return oldest
  if (type === 'LATEST') {
    const found = database.sql(`SELECT MAX(sequence) AS last FROM ${rows}`).get()
    return Number(found?.last ?? oldest)
  }
  if (type !== 'AT_SEQUENCE_NUMBER' && type !== 'AFTER_SEQUENCE_NUMBER')
    throw invalidMembers([
      `Value '${type}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: ` +
        '[AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]',
    ])
  const given = text(input, 'SequenceNumber') ?? ''
  if (!/^\d{1,40}$/.test(given)) throw invalid(`Invalid SequenceNumber: ${given}`)
  const sequence = Number(given)
  const after = type === 'AT_SEQUENCE_NUMBER' ? sequence - 1 : sequence
  if (after < oldest) throw trimmed()
  return after
}

export function getRecords(database: EngineDatabase, input: Input): object {
  const iterator = readIterator(database.clock, text(input, 'ShardIterator'))
  const { arn, table, stream } = streamOf(database, iterator.arn)
  if (iterator.after < trimmedUpTo(database, stream.rows)) throw trimmed()
  const limit = Math.min(number(input, 'Limit') ?? mostRecords, mostRecords)
  const rows = database.sql(
    `SELECT * FROM ${stream.rows} WHERE sequence > ? AND at >= ? ORDER BY sequence LIMIT ?`,
  )
  const Records: object[] = []
  let after = iterator.after
  let size = 0
  for (const row of rows.iterate(after, database.clock.now() - retention, limit)) {
    const { record, bytes } = recordOf(database, table, row)
    Records.push(record)
    after = Number(row.sequence)
    size += bytes
    if (size >= mostBytes) break
  }
  return { Records, NextShardIterator: iteratorAt(database.clock, arn, after) }
}

function recordOf(
  { place }: EngineDatabase,
  table: Table,
  row: Readonly<Record<string, unknown>>,
): { record: object; bytes: number } {
  const keys = JSON.parse(String(row.keys)) as Item
  const [oldImage, newImage] = [row.old, row.new].map((json) =>
    typeof json === 'string' ? (JSON.parse(json) as Item) : undefined,
  )
  const bytes = [keys, oldImage, newImage].reduce((sum, item) => sum + (item ? itemSize(item) : 0), 0)
  const record = {
    // The same whenever the record is read, and another for each record of any table: functions tell repeats by it.
    eventID: hash('md5', `${table.name}/${String(row.sequence)}`),
    eventName: row.event,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: place.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Number(row.at) / 1000),
      Keys: keys,
      ...(newImage && { NewImage: newImage }),
      ...(oldImage && { OldImage: oldImage }),
      SequenceNumber: written(Number(row.sequence)),
      SizeBytes: bytes,
      StreamViewType: table.stream?.viewType,
    },
    ...(row.expired === 1 && { userIdentity: timeToLive }),
  }
  return { record, bytes }
}

/** Clients such as the AWS CLI insist on 21 to 40 digits. */
function written(sequence: number): string {
  return String(sequence).padStart(21, '0')
}

function streamOf(
  { place, tables }: EngineDatabase,
  arn = '',
): { arn: string; table: Table; stream: Stream } {
  const table = tables.get(tableName(arn))
  if (!table?.stream || arn !== streamArn(place, table.name))
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`)
  return { arn, table, stream: table.stream }
}

function trimmed(): AwsError {
  return new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
  )
}
