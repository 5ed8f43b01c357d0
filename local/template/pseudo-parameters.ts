import { createHash } from 'node:crypto'
import type { Place } from '../aws/place.ts'
import { arn } from '../aws/place.ts'

/** Pseudo parameters of a stack by name, but for AWS::NoValue. */
export function pseudoParameters(
  stack: string,
  place: Place,
): ReadonlyMap<string, string | readonly string[]> {
  return new Map<string, string | readonly string[]>([
    ['AWS::AccountId', place.account],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', place.partition],
    ['AWS::Region', place.region],
    ['AWS::StackId', arn(place, 'cloudformation', `stack/${stack}/${uuidOf(stack)}`)],
    ['AWS::StackName', stack],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ])
}

/** The same stack keeps its id over restarts. */
function uuidOf(stack: string): string {
  const hex = createHash('sha256').update(stack).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
