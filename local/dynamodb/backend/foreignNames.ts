import { AwsError } from '../../aws/error.ts'
import { record, records, text } from '../../aws/input.ts'
import type { Place } from '../../aws/place.ts'
import type { Input } from '../../aws/service.ts'
import { indexArn, streamArn, streamLabel, tableArn, tableName } from '../names.ts'

export type Send = (target: string, input: Input) => Promise<object>

/**
 * `send` of a DynamoDB that gives tables and streams ARNs of its own: callers use and see those of this place, which
 * the template knows before there are tables.
 */
export function inOurWords(place: Place, send: Send): Send {
  const streams: Readonly<Record<string, (input: Input) => Promise<object>>> = {
    ListStreams: (input) => ask('ListStreams', input).then((answer) => listed(place, answer)),
    async DescribeStream(input) {
      const { arn, native } = await nativeArn(input)
      const answer = await ask('DescribeStream', { ...input, StreamArn: native })
      const description = record(answer.StreamDescription)
      return { StreamDescription: { ...description, StreamArn: arn, StreamLabel: streamLabel } }
    },
    async GetShardIterator(input) {
      const { arn, native } = await nativeArn(input)
      const answer = await ask('GetShardIterator', { ...input, StreamArn: native })
      return { ShardIterator: wrapped(arn, text(answer, 'ShardIterator') ?? '') }
    },
    async GetRecords(input) {
      const { arn, native } = unwrapped(text(input, 'ShardIterator') ?? '')
      const answer = await ask('GetRecords', { ...input, ShardIterator: native })
      const next = text(answer, 'NextShardIterator')
      return {
        Records: records(answer.Records).map((each) => ({ ...each, awsRegion: place.region })),
        ...(next !== undefined && { NextShardIterator: wrapped(arn, next) }),
      }
    },
  }

  async function ask(action: string, input: Input): Promise<Input> {
    return (await send(`DynamoDBStreams_20120810.${action}`, input)) as Input
  }

  async function nativeArn(input: Input): Promise<{ arn: string; native: string }> {
    const arn = text(input, 'StreamArn') ?? ''
    const name = tableName(arn)
    const answer = arn === streamArn(place, name) ? await latest(name) : undefined
    if (answer === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Stream: ${arn} not found`,
      )
    return { arn, native: answer }
  }

  async function latest(TableName: string): Promise<string | undefined> {
    const answer = (await send('DynamoDB_20120810.DescribeTable', { TableName })) as Input
    return text(record(answer.Table) ?? {}, 'LatestStreamArn')
  }

  return async (target, input) => {
    const [api = '', action = ''] = target.split('.')
    const own = api.startsWith('DynamoDBStreams') ? streams[action] : undefined
    return own ? await own(input) : described(place, (await send(target, byName(input))) as Input)
  }
}

/** It may know no tables by ARN. */
function byName(input: Input): Input {
  const given = text(input, 'TableName')
  return given === undefined ? input : { ...input, TableName: tableName(given) }
}

function described(place: Place, answer: Input): Input {
  const member = ['Table', 'TableDescription'].find((name) => record(answer[name]))
  return member === undefined
    ? answer
    : { ...answer, [member]: ourDescription(place, record(answer[member]) ?? {}) }
}

function ourDescription(place: Place, description: Input): Input {
  const name = text(description, 'TableName') ?? ''
  return {
    ...description,
    TableArn: tableArn(place, name),
    ...ourIndexes(place, name, description, 'GlobalSecondaryIndexes'),
    ...ourIndexes(place, name, description, 'LocalSecondaryIndexes'),
    ...(description.LatestStreamArn !== undefined && {
      LatestStreamArn: streamArn(place, name),
      LatestStreamLabel: streamLabel,
    }),
  }
}

function ourIndexes(place: Place, table: string, description: Input, member: string): Input {
  if (description[member] === undefined) return {}
  const indexes = records(description[member])
  return {
    [member]: indexes.map((index) => ({
      ...index,
      IndexArn: indexArn(place, table, text(index, 'IndexName') ?? ''),
    })),
  }
}

function listed(place: Place, answer: Input): Input {
  const ours = records(answer.Streams).map((stream) => ({
    ...stream,
    StreamArn: streamArn(place, text(stream, 'TableName') ?? ''),
    StreamLabel: streamLabel,
  }))
  return { ...answer, Streams: ours }
}

/** Permission to use an iterator is asked on the ARN it begins with. */
function wrapped(arn: string, native: string): string {
  return `${arn}|1|${Buffer.from(native).toString('base64url')}`
}

function unwrapped(iterator: string): { arn: string; native: string } {
  const [arn, , native] = iterator.split('|')
  if (arn === undefined || native === undefined)
    throw new AwsError('ValidationException', 'Invalid ShardIterator')
  return { arn, native: Buffer.from(native, 'base64url').toString() }
}
