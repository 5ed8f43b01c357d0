import { text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'

/** DynamoDB Streams, whose callers need permission on the stream. */
export function streamActions(database: Database): Record<string, Action> {
  const action = (name: string, stream: (input: Input) => string | undefined): Action => ({
    permissions: (input) => [{ action: `dynamodb:${name}`, resource: stream(input) ?? '*' }],
    run: (input) => database.backend.send(`DynamoDBStreams_20120810.${name}`, input),
  })
  const named = (input: Input): string | undefined => nonEmpty(text(input, 'StreamArn'))
  return {
    ListStreams: action('ListStreams', () => undefined),
    DescribeStream: action('DescribeStream', named),
    GetShardIterator: action('GetShardIterator', named),
    // An iterator begins with the ARN of its stream.
    GetRecords: action('GetRecords', (input) => nonEmpty(text(input, 'ShardIterator')?.split('|')[0])),
  }
}

function nonEmpty(name: string | undefined): string | undefined {
  return name === '' ? undefined : name
}
