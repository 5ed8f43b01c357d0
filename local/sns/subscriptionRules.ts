import { AwsError } from '../aws/error.ts'
import { parsed, record, text } from '../aws/input.ts'
import { invalid } from './errors.ts'
import { PolicyFault } from './filterPattern.ts'
import { compiled } from './store.ts'

export const settable = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy']
const served = ['sqs', 'lambda', 'email', 'email-json']
const notServed = ['http', 'https', 'sms', 'application', 'firehose']

/** Throws unless SNS, and this one, can deliver there. */
export function checkEndpoint(
  protocol: string | undefined,
  endpoint: string | undefined,
): { protocol: string; endpoint: string } {
  if (!protocol) throw invalid('Protocol')
  if (notServed.includes(protocol))
    throw new AwsError('InvalidParameter', `The protocol ${protocol} is not supported by the local SNS`)
  if (!served.includes(protocol))
    throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`)
  if (!endpoint) throw invalid('Endpoint')
  if (protocol === 'sqs' && !/^arn:[^:]+:sqs:[^:]+:\d{12}:[^:]+$/.test(endpoint))
    throw invalid('SQS endpoint ARN')
  if (endpoint.endsWith('.fifo'))
    throw invalid(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    )
  if (protocol === 'lambda' && !/^arn:[^:]+:lambda:/.test(endpoint)) throw invalid('Lambda endpoint ARN')
  if (protocol.startsWith('email') && !/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalid('Email address')
  return { protocol, endpoint }
}

/** `prefix` goes before the reason, as Subscribe writes it. */
export function checkSubscriptionAttributes(
  attributes: Readonly<Record<string, string>>,
  prefix: string,
): void {
  for (const name of Object.keys(attributes)) if (!settable.includes(name)) throw invalid('AttributeName')
  const { RawMessageDelivery: raw, FilterPolicyScope: scope, RedrivePolicy: redrive } = attributes
  if (raw !== undefined && raw !== 'true' && raw !== 'false')
    throw invalid(`${prefix}RawMessageDelivery: Invalid value [${raw}]. Must be true or false.`)
  if (scope !== undefined && scope !== 'MessageAttributes' && scope !== 'MessageBody')
    throw invalid(
      `${prefix}FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`,
    )
  if (redrive !== undefined) checkRedrivePolicy(redrive, prefix)
  try {
    compiled(attributes)
  } catch (error) {
    if (error instanceof PolicyFault) throw invalid(`${prefix}FilterPolicy: ${error.message}`)
    throw error
  }
}

function checkRedrivePolicy(json: string, prefix: string): void {
  const policy = record(parsed(json))
  if (!policy) throw invalid(`${prefix}RedrivePolicy: failed to parse JSON.`)
  const target = text(policy, 'deadLetterTargetArn') ?? ''
  if (!/^arn:[^:]+:sqs:[^:]+:\d{12}:[^:]+$/.test(target))
    throw invalid(`${prefix}RedrivePolicy: deadLetterTargetArn is an invalid arn`)
}
