import { text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'

/** As on AWS an iterator begins with the ARN of its stream: permission to use it is asked on that. */
export function iteratorFrom(arn: string, native: string): string {
  return `${arn}|1|${native}`
}

export function readIterator(input: Input): { arn: string; native: string } | undefined {
  const [arn, , native] = (text(input, 'ShardIterator') ?? '').split('|')
  return arn === undefined || native === undefined ? undefined : { arn, native }
}
