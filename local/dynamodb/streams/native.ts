import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { Database } from '../database.ts'
import { streamArn, tableName } from '../names.ts'
import { descriptionIn } from '../tables/describe.ts'

/** The ARN the database itself gave the stream that `input.StreamArn` names. */
export async function nativeStreamArn(
  database: Database,
  input: Input,
): Promise<{ arn: string; table: string; native: string }> {
  const arn = text(input, 'StreamArn') ?? ''
  const table = tableName(arn)
  const known = database.tables.get(table)
  if (!known?.stream || arn !== streamArn(database.context.place, table))
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`)
  const answer = await database.backend.send('DynamoDB_20120810.DescribeTable', { TableName: table })
  return { arn, table, native: text(descriptionIn(answer), 'LatestStreamArn') ?? arn }
}
