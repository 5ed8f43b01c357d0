import { AwsError } from '../aws/error.ts'
import { flag, records, text, texts } from '../aws/input.ts'
import { arn } from '../aws/place.ts'
import { generatedName, type Resource, type ResourceType } from '../aws/resource.ts'
import { checkAttributes, settable } from './attributes.ts'
import { invalidParameter } from './errors.ts'
import { queueUrl } from './queues.ts'
import { checkRedrive } from './redrive.ts'
import type { Sqs } from './sqs.ts'

const queueType = 'AWS::SQS::Queue'
const policyType = 'AWS::SQS::QueuePolicy'

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  [queueType]: {
    identify(id, place) {
      const given = id.property('QueueName')
      const name = typeof given === 'string' ? given : generatedName(id, 80)
      const url = queueUrl(place, name)
      return { ref: url, attributes: { Arn: arn(place, 'sqs', name), QueueName: name, QueueUrl: url } }
    },
  },
  [policyType]: {
    identify: (id) => ({ ref: generatedName(id), attributes: { Id: generatedName(id) } }),
  },
}

export function checkName(name: string): void {
  if (name.endsWith('.fifo'))
    throw new AwsError('UnsupportedOperation', `FIFO queues are not supported by the local SQS: ${name}`)
  if (!/^[\w-]{1,80}$/.test(name))
    throw invalidParameter(
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    )
}

/** Brings the queues to what the template says; a change by SetQueueAttributes stays until the template changes, as on AWS. */
export function deployQueues(sqs: Sqs, resources: readonly Resource[]): void {
  const policies = policiesByUrl(resources)
  const queues = resources.filter((resource) => resource.type === queueType)
  sqs.queues.show(new Set(queues.map(({ attributes }) => String(attributes.QueueName))))
  const now = sqs.context.clock.now()
  for (const resource of queues)
    named(resource, () => {
      const name = String(resource.attributes.QueueName)
      checkName(name)
      const { attributes, tags } = queueProperties(resource)
      const policy = policies.get(resource.ref)
      const wanted = policy === undefined ? attributes : { ...attributes, Policy: policy }
      checkAttributes(wanted)
      const template = JSON.stringify({ attributes: wanted, tags })
      const existing = sqs.queues.stored(name)
      if (existing?.template === template) return
      const created = existing?.created ?? now
      sqs.queues.save({ name, created, modified: now, attributes: wanted, tags, template })
    })
  for (const resource of queues)
    named(resource, () =>
      checkRedrive(sqs.queues, String(resource.attributes.Arn), queueProperties(resource).attributes),
    )
}

/** Adds the resource's name to whatever is wrong with it. */
function named(resource: Resource, work: () => void): void {
  try {
    work()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${resource.stack}/${resource.logicalId} (${resource.type}): ${message}`, {
      cause: error,
    })
  }
}

function queueProperties({ properties }: Resource): {
  attributes: Record<string, string>
  tags: Record<string, string>
} {
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'QueueName' || name === 'Tags') continue
    if (name === 'FifoQueue' && flag(properties, name) === false) continue
    if (name === 'FifoQueue') throw new Error('FIFO queues are not supported by the local SQS')
    if (!settable.includes(name) || name === 'Policy') throw new Error(`property ${name} is not supported`)
    attributes[name] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  const tags = records(properties.Tags).map((tag) => [text(tag, 'Key'), text(tag, 'Value')])
  return { attributes, tags: Object.fromEntries(tags) as Record<string, string> }
}

/** A queue has one policy: a second QueuePolicy for it would silently replace the first, so it is refused. */
function policiesByUrl(resources: readonly Resource[]): Map<string, string> {
  const policies = new Map<string, string>()
  for (const resource of resources.filter(({ type }) => type === policyType))
    for (const url of texts(resource.properties.Queues)) {
      if (policies.has(url))
        throw new Error(
          `${resource.stack}/${resource.logicalId}: the queue ${url} has another queue policy already`,
        )
      policies.set(url, JSON.stringify(resource.properties.PolicyDocument))
    }
  return policies
}
