import { randomUUID } from 'node:crypto'
import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { transaction } from '../../aws/store.ts'
import { invalid } from '../errors.ts'
import { notificationOf, sizeOf, type Notification } from '../message.ts'
import { existingTopic, onTopic, type Sns } from '../sns.ts'
import type { Topic } from '../store.ts'

/** Answers once the notification is on disk for every subscription whose filter policy lets it through. */
export function publish(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'Publish', input),
    run(input) {
      sns.faults.check()
      const topic = targetTopic(sns, input)
      const notification = notificationOf(input)
      const { messageId, deliveries } = transaction(sns.db, () => enqueue(sns, topic, notification))
      published(sns, topic, [notification], deliveries)
      return { MessageId: messageId }
    },
  }
}

function targetTopic(sns: Sns, input: Input): Topic {
  if (input.PhoneNumber !== undefined)
    throw new AwsError('InvalidParameter', 'SMS (PhoneNumber) is not supported by the local SNS')
  const target = text(input, 'TargetArn')
  if (target !== undefined && text(input, 'TopicArn') === undefined) {
    const topic = sns.registry.topic(target)
    if (!topic) throw invalid('TargetArn Reason: No endpoint found for the target arn specified')
    return topic
  }
  return existingTopic(sns, text(input, 'TopicArn'))
}

/** Puts a delivery for each subscription that wants it into the outbox; to be run in a transaction. */
export function enqueue(
  sns: Sns,
  topic: Topic,
  notification: Notification,
): { messageId: string; deliveries: number[] } {
  const messageId = randomUUID()
  const now = sns.context.clock.now()
  const deliveries: number[] = []
  for (const subscription of sns.registry.subscriptions()) {
    if (subscription.topic !== topic.arn) continue
    if (sns.registry.filter(subscription)(notification))
      deliveries.push(sns.outbox.add(subscription, messageId, notification, now))
    else put(sns, topic, 'NumberOfNotificationsFilteredOut', 1, 'Count')
  }
  return { messageId, deliveries }
}

/** After the commit. */
export function published(sns: Sns, topic: Topic, notifications: Notification[], deliveries: number[]): void {
  put(sns, topic, 'NumberOfMessagesPublished', notifications.length, 'Count')
  for (const notification of notifications) put(sns, topic, 'PublishSize', sizeOf(notification), 'Bytes')
  sns.outbox.send(deliveries)
}

function put(sns: Sns, topic: Topic, name: string, value: number, unit: string): void {
  const dimensions = { TopicName: topic.name }
  sns.context.metric({ namespace: 'AWS/SNS', name, dimensions, value, unit, at: sns.context.clock.now() })
}
