import type { Place } from '../aws/place.ts'
import type { Notification } from './message.ts'
import type { Subscription } from './store.ts'

/** One notification on its way to one subscription. */
export interface Delivery {
  readonly messageId: string
  readonly notification: Notification
  readonly subscription: Subscription
  /** When it was published, in milliseconds since the epoch. */
  readonly published: number
}

/** The message for the subscription's protocol. */
export function messageFor({ notification, subscription }: Delivery): string {
  return notification.perProtocol?.[subscription.protocol] ?? notification.message
}

/** Nobody can check a signature made here, so it says so. */
const signature = Buffer.from('not signed: published locally').toString('base64')

/** The JSON that queues and `email-json` addresses get. */
export function envelope(delivery: Delivery, place: Place): object {
  const { messageId, notification, subscription, published } = delivery
  const attributes = envelopeAttributes(notification)
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: subscription.topic,
    ...(notification.subject !== undefined && { Subject: notification.subject }),
    Message: messageFor(delivery),
    Timestamp: new Date(published).toISOString(),
    SignatureVersion: '1',
    Signature: signature,
    SigningCertURL: `${place.awsEndpoint}/SimpleNotificationService-local.pem`,
    UnsubscribeURL: unsubscribeUrl(subscription, place),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  }
}

/** The event that functions get. */
export function lambdaEvent(delivery: Delivery, place: Place): object {
  const { messageId, notification, subscription, published } = delivery
  const sns = {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: subscription.topic,
    Subject: notification.subject ?? null,
    Message: messageFor(delivery),
    Timestamp: new Date(published).toISOString(),
    SignatureVersion: '1',
    Signature: signature,
    SigningCertUrl: `${place.awsEndpoint}/SimpleNotificationService-local.pem`,
    UnsubscribeUrl: unsubscribeUrl(subscription, place),
    MessageAttributes: envelopeAttributes(notification),
  }
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: sns,
  }
  return { Records: [record] }
}

export function unsubscribeUrl(subscription: Subscription, place: Place): string {
  return `${place.awsEndpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`
}

function envelopeAttributes({ attributes }: Notification): Record<string, object> {
  const entries = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, { Type: DataType, Value: StringValue ?? BinaryValue ?? '' }] as const
  })
  return Object.fromEntries(entries)
}
