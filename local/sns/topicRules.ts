import { AwsError } from '../aws/error.ts'
import { parsed, record } from '../aws/input.ts'
import { invalid } from './errors.ts'

/** Topic attributes that are stored and shown; `Policy` and `DisplayName` have an effect here. */
export const topicAttributes = [
  'DisplayName',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
]

export function checkTopicName(name: string): void {
  if (name.endsWith('.fifo'))
    throw new AwsError('InvalidParameter', `FIFO topics are not supported by the local SNS: ${name}`)
  if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name')
}

export function checkTopicAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'FifoTopic' && value === 'true')
      throw new AwsError('InvalidParameter', 'FIFO topics are not supported by the local SNS')
    if (!topicAttributes.includes(name)) throw invalid('AttributeName')
    if (name === 'Policy' && record(parsed(value))?.Statement === undefined)
      throw invalid('Policy Error: null')
  }
}
