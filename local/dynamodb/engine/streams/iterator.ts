import { AwsError } from '../../../aws/error.ts'
import type { Clock } from '../../../aws/clock.ts'
import { invalid } from '../errors.ts'

/** Milliseconds an iterator can be used. */
const life = 15 * 60_000

/** As on AWS an iterator begins with the ARN of its stream: permission to use it is asked on that. */
export function iteratorAt(clock: Clock, arn: string, after: number): string {
  return `${arn}|1|${Buffer.from(`${after} ${clock.now()}`).toString('base64url')}`
}

export function readIterator(clock: Clock, given = ''): { arn: string; after: number } {
  const [arn = '', , place = ''] = given.split('|')
  const [after, at] = Buffer.from(place, 'base64url').toString().split(' ').map(Number)
  if (after === undefined || at === undefined || !Number.isInteger(after) || !Number.isInteger(at))
    throw invalid('Invalid ShardIterator')
  if (at < clock.now() - life)
    throw new AwsError(
      'ExpiredIteratorException',
      'The shard iterator has expired: get a new one with GetShardIterator.',
    )
  return { arn, after }
}
