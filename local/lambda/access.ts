import type { CloudContext } from '../aws/context.ts'
import { AwsError } from '../aws/error.ts'
import { arn } from '../aws/place.ts'
import type { FunctionConfiguration } from './configuration.ts'
import type { Mapping } from './sources/mapping.ts'

type Who = Pick<FunctionConfiguration, 'name' | 'role'>

function may(context: CloudContext, { name, role }: Who, action: string, resource: string): boolean {
  const principal = { kind: 'role', roleArn: role, session: name } as const
  try {
    context.authorize(principal, { action, resource })
    return true
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { code, message } = error
    const denied = { service: 'lambda', what: 'denied', subject: name, principal }
    context.report({ at: context.clock.now(), ...denied, error: code, message })
    return false
  }
}

/** Whether the function's role lets Lambda write this log stream; without it AWS drops the lines. */
export function mayLog(context: CloudContext, fn: FunctionConfiguration, stream: string): boolean {
  const resource = arn(context.place, 'logs', `log-group:${fn.logging.group}:log-stream:${stream}`)
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) => may(context, fn, action, resource))
}

const readQueue = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
const readStream = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams']

/** Throws, as CreateEventSourceMapping refuses, unless the function's role may read the source. */
export function checkSourceAccess(context: CloudContext, fn: Who, { kind, sourceArn }: Mapping): void {
  const missing =
    kind === 'queue'
      ? readQueue.find((action) => !may(context, fn, `sqs:${action}`, sourceArn))
      : readStream.find((action) => !may(context, fn, `dynamodb:${action}`, sourceArn))
  if (missing === undefined) return
  throw new Error(
    kind === 'queue'
      ? `${fn.name}: The provided execution role does not have permissions to call ${missing} on SQS`
      : `${fn.name}: Cannot access stream ${sourceArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
  )
}
