import type { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../aws/context.ts'
import { parsed, record, text } from '../aws/input.ts'
import type { Input, Permission, PolicyDocument } from '../aws/service.ts'
import { openStore } from '../aws/store.ts'
import { checkArn, invalid, notFound } from './errors.ts'
import { createFaults, type Faults } from './faults.ts'
import { openMailbox, type Mailbox } from './mailbox.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { openRegistry, type Registry, type Subscription, type Topic } from './store.ts'

/** What the actions work on. */
export interface Sns {
  readonly context: CloudContext
  readonly db: DatabaseSync
  readonly registry: Registry
  readonly mailbox: Mailbox
  readonly outbox: Outbox
  readonly faults: Faults
  readonly validatePolicy: (document: PolicyDocument, name: string) => void
}

export function openSns(context: CloudContext, validatePolicy: Sns['validatePolicy']): Sns {
  const db = openStore(context.data, 'sns')
  const registry = openRegistry(db)
  const mailbox = openMailbox(db, context.data, context.place)
  const outbox = createOutbox(context, db, registry, mailbox)
  return { context, db, registry, mailbox, outbox, faults: createFaults(), validatePolicy }
}

export function existingTopic(sns: Sns, arn: string | undefined, member = 'TopicArn'): Topic {
  const topic = sns.registry.topic(checkArn(member, arn))
  if (!topic) throw notFound('Topic')
  return topic
}

export function existingSubscription(sns: Sns, arn: string | undefined): Subscription {
  const subscription = sns.registry.subscription(checkArn('SubscriptionArn', arn))
  if (!subscription) throw notFound('Subscription')
  return subscription
}

/** Throws what SNS answers for a policy that could not be judged, so that no call meets it later. */
export function checkPolicy({ validatePolicy }: Sns, { Policy }: Readonly<Record<string, string>>): void {
  const policy = record(parsed(Policy ?? ''))
  if (!policy) return
  try {
    validatePolicy({ ...policy, Statement: policy.Statement }, 'Policy')
  } catch (error) {
    throw invalid(`Policy Error: ${error instanceof Error ? error.message : 'null'}`)
  }
}

/** Permission for `action` on the topic of the request, judged with the topic's own policy. */
export function onTopic(sns: Sns, action: string, input: Input): Permission[] {
  const arn = text(input, 'TopicArn') ?? text(input, 'TargetArn') ?? text(input, 'ResourceArn') ?? '*'
  const topic = sns.registry.topic(arn)
  return [{ action: `sns:${action}`, resource: arn, ...(topic && { resourcePolicy: topicPolicy(topic) }) }]
}

/**
 * The policy a topic is judged by. The default one lets the topic's owner in, which for roles changes nothing, and
 * the alarms of the owner's account, which need no statement until the topic has a policy of its own.
 */
export function topicPolicy(topic: Topic): PolicyDocument {
  const own = record(parsed(topic.attributes.Policy ?? ''))
  if (own)
    return { Statement: own.Statement, ...(typeof own.Version === 'string' && { Version: own.Version }) }
  const alarms = { Service: 'cloudwatch.amazonaws.com' }
  return { Statement: [{ Effect: 'Allow', Principal: alarms, Action: 'sns:Publish', Resource: topic.arn }] }
}
