import { createHash } from 'node:crypto'
import { flag, records, text, texts } from '../aws/input.ts'
import { arn } from '../aws/place.ts'
import { generatedName, type Resource, type ResourceType } from '../aws/resource.ts'
import type { Sns } from './sns.ts'
import type { Subscription } from './store.ts'
import { checkEndpoint, checkSubscriptionAttributes, settable } from './subscriptionRules.ts'
import { checkTopicAttributes, checkTopicName, topicAttributes } from './topicRules.ts'

const topicType = 'AWS::SNS::Topic'
const policyType = 'AWS::SNS::TopicPolicy'
const subscriptionType = 'AWS::SNS::Subscription'

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  [topicType]: {
    identify(id, place) {
      const given = id.property('TopicName')
      const name = typeof given === 'string' ? given : generatedName(id, 256)
      const topicArn = arn(place, 'sns', name)
      return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } }
    },
  },
  [subscriptionType]: {
    identify(id) {
      const topic = id.property('TopicArn')
      const subscription = subscriptionArn(
        typeof topic === 'string' ? topic : '',
        `${id.stack}/${id.logicalId}`,
      )
      return { ref: subscription, attributes: { Arn: subscription } }
    },
  },
  [policyType]: {
    identify: (id) => ({ ref: generatedName(id), attributes: { Id: generatedName(id) } }),
  },
}

/** The topic's ARN with an id that is the same for the same place in the template. */
function subscriptionArn(topicArn: string, place: string): string {
  const hash = createHash('sha256').update(place).digest('hex')
  const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)]
  return `${topicArn}:${id.join('-')}`
}

/** Brings topics and subscriptions to what the template says; what left the template goes. */
export function deployTopics(sns: Sns, resources: readonly Resource[]): void {
  const topics = resources.filter(({ type }) => type === topicType)
  const policies = policiesByTopic(resources)
  for (const resource of topics) named(resource, () => deployTopic(sns, resource, policies.get(resource.ref)))
  const subscriptions = resources.flatMap((resource) => named(resource, () => subscriptionsOf(sns, resource)))
  for (const subscription of subscriptions) {
    const existing = sns.registry.subscription(subscription.arn)
    if (existing?.template !== subscription.template) sns.registry.saveSubscription(subscription)
  }
  const topicArns = new Set(topics.map(({ ref }) => ref))
  for (const topic of sns.registry.topics())
    if (topic.template && !topicArns.has(topic.arn)) sns.registry.removeTopic(topic.arn)
  const subscriptionArns = new Set(subscriptions.map((each) => each.arn))
  for (const subscription of sns.registry.subscriptions())
    if (subscription.template && !subscriptionArns.has(subscription.arn))
      sns.registry.removeSubscription(subscription.arn)
}

function deployTopic(sns: Sns, resource: Resource, policy: string | undefined): void {
  const name = String(resource.attributes.TopicName)
  checkTopicName(name)
  const attributes = { ...topicProperties(resource), ...(policy !== undefined && { Policy: policy }) }
  checkTopicAttributes(attributes)
  const tags = Object.fromEntries(
    records(resource.properties.Tags).map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']),
  )
  const template = JSON.stringify({ attributes, tags })
  if (sns.registry.topic(resource.ref)?.template !== template)
    sns.registry.saveTopic({ arn: resource.ref, name, attributes, tags, template })
}

function topicProperties({ properties }: Resource): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(properties)) {
    if (['TopicName', 'Subscription', 'Tags'].includes(name)) continue
    if (name === 'FifoTopic' && flag(properties, name) === false) continue
    if (name === 'FifoTopic') throw new Error('FIFO topics are not supported by the local SNS')
    if (!topicAttributes.includes(name)) throw new Error(`property ${name} is not supported`)
    attributes[name] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  return attributes
}

/** Those of a Subscription resource, or inside a Topic. */
function subscriptionsOf(sns: Sns, resource: Resource): Subscription[] {
  const { type, properties, ref, stack, logicalId } = resource
  if (type === subscriptionType) {
    const topic = text(properties, 'TopicArn') ?? ''
    if (!sns.registry.topic(topic)) throw new Error(`Topic ${topic} does not exist`)
    return [subscription(sns, resource, { arn: ref, topic, properties })]
  }
  if (type !== topicType) return []
  return records(properties.Subscription).map((inside, index) =>
    subscription(sns, resource, {
      arn: subscriptionArn(ref, `${stack}/${logicalId}/${index}`),
      topic: ref,
      properties: inside,
    }),
  )
}

function subscription(
  sns: Sns,
  resource: Resource,
  { arn, topic, properties }: Pick<Subscription, 'arn' | 'topic'> & Pick<Resource, 'properties'>,
): Subscription {
  const { protocol, endpoint } = checkEndpoint(text(properties, 'Protocol'), text(properties, 'Endpoint'))
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(properties)) {
    if (['TopicArn', 'Protocol', 'Endpoint', 'Region'].includes(name)) continue
    if (!settable.includes(name)) throw new Error(`property ${name} is not supported`)
    attributes[name] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  checkSubscriptionAttributes(attributes, '')
  const principal = `arn:aws:iam::${sns.context.place.account}:role/${resource.stack}`
  const template = JSON.stringify({ protocol, endpoint, attributes })
  return { arn, topic, protocol, endpoint, attributes, principal, template }
}

function policiesByTopic(resources: readonly Resource[]): Map<string, string> {
  const policies = new Map<string, string>()
  for (const resource of resources.filter(({ type }) => type === policyType))
    for (const topic of texts(resource.properties.Topics)) {
      if (policies.has(topic))
        throw new Error(
          `${resource.stack}/${resource.logicalId}: the topic ${topic} has another topic policy already`,
        )
      policies.set(topic, JSON.stringify(resource.properties.PolicyDocument))
    }
  return policies
}

/** Adds the resource's name to whatever is wrong with it. */
function named<T>(resource: Resource, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${resource.stack}/${resource.logicalId} (${resource.type}): ${message}`, {
      cause: error,
    })
  }
}
