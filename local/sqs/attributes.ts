import { AwsError } from '../aws/error.ts'
import { parsed, record } from '../aws/input.ts'
import type { PolicyDocument } from '../aws/service.ts'

/** A queue's settable attributes as the API spells them: all values are strings. */
export type Attributes = Readonly<Record<string, string>>

export const defaults = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
} satisfies Attributes

const bounds: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
}
const flags = ['SqsManagedSseEnabled']
const documents = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy']
const others = ['KmsMasterKeyId']
const ofFifoQueues = ['ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']
export const settable = [...Object.keys(bounds), ...flags, ...documents, ...others]

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  readonly maxReceiveCount: number
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue'
  readonly sourceQueueArns: readonly string[]
}

/** Throws what SQS answers for an attribute that it does not have or a value out of bounds. */
export function checkAttributes(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value)
}

function checkAttribute(name: string, value: string): void {
  if (name === 'FifoQueue' || ofFifoQueues.includes(name)) {
    if (value === 'true' && name === 'FifoQueue')
      throw new AwsError('UnsupportedOperation', 'FIFO queues are not supported by the local SQS')
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
  }
  if (!settable.includes(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
  const bound = bounds[name]
  if (bound && !(/^\d+$/.test(value) && Number(value) >= bound[0] && Number(value) <= bound[1]))
    throw invalidAttribute(name)
  if (flags.includes(name) && !['true', 'false'].includes(value)) throw invalidAttribute(name)
  if (value === '') return
  if (name === 'Policy' && !policyOf(value)) throw invalidAttribute(name)
  if (name === 'RedrivePolicy' && !redrivePolicyOf(value))
    throw new AwsError(
      'InvalidParameterValueException',
      `Value ${value} for parameter RedrivePolicy is invalid. Reason: ${redriveFault(value)}`,
    )
  if (name === 'RedriveAllowPolicy' && !redriveAllowPolicyOf(value)) throw invalidAttribute(name)
}

/** `reason` is added where the local SQS knows more than AWS tells. */
export function invalidAttribute(name: string, reason?: string): AwsError {
  const more = reason === undefined ? '' : ` Reason: ${reason}`
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${more}`)
}

export function policyOf(json: string | undefined): PolicyDocument | undefined {
  const document = json ? record(parsed(json)) : undefined
  if (document?.Statement === undefined) return undefined
  return {
    Statement: document.Statement,
    ...(typeof document.Version === 'string' ? { Version: document.Version } : {}),
  }
}

export function redrivePolicyOf(json: string | undefined): RedrivePolicy | undefined {
  const policy = json ? record(parsed(json)) : undefined
  const target = policy?.deadLetterTargetArn
  const most = Number(policy?.maxReceiveCount)
  if (typeof target !== 'string' || !Number.isInteger(most) || most < 1 || most > 1_000) return undefined
  return { deadLetterTargetArn: target, maxReceiveCount: most }
}

function redriveFault(json: string): string {
  const policy = record(parsed(json))
  if (!policy) return 'Redrive policy is not a valid JSON map.'
  if (typeof policy.deadLetterTargetArn !== 'string')
    return 'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.'
  if (policy.maxReceiveCount === undefined)
    return 'Redrive policy does not contain mandatory attribute: maxReceiveCount.'
  return `Invalid value for maxReceiveCount: ${JSON.stringify(policy.maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`
}

export function redriveAllowPolicyOf(json: string | undefined): RedriveAllowPolicy | undefined {
  const policy = json ? record(parsed(json)) : undefined
  const permission = policy?.redrivePermission
  if (permission !== 'allowAll' && permission !== 'denyAll' && permission !== 'byQueue') return undefined
  const sources = policy?.sourceQueueArns
  const arns = Array.isArray(sources) ? sources.filter((each) => typeof each === 'string') : []
  if (permission === 'byQueue' ? arns.length < 1 || arns.length > 10 : arns.length > 0) return undefined
  return { redrivePermission: permission, sourceQueueArns: arns }
}
