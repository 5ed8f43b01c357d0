import type { CloudContext } from '../aws/context.ts'
import type { Principal } from '../aws/principal.ts'
import { envelope, lambdaEvent, messageFor, type Delivery } from './envelope.ts'

/** Hands a notification to a queue or a function, as the topic; rejects as the called service does. */
export async function deliver(context: CloudContext, delivery: Delivery): Promise<void> {
  const { subscription } = delivery
  const principal: Principal = {
    kind: 'service',
    service: 'sns.amazonaws.com',
    sourceArn: subscription.topic,
  }
  if (subscription.protocol === 'lambda') {
    const payload = JSON.stringify(lambdaEvent(delivery, context.place))
    const input = { FunctionName: subscription.endpoint, InvocationType: 'Event', Payload: payload }
    await context.call('lambda', 'Invoke', input, principal)
  } else await context.call('sqs', 'SendMessage', queueMessage(context, delivery), principal)
}

function queueMessage(context: CloudContext, delivery: Delivery): object {
  const { subscription, notification } = delivery
  const url = queueUrl(context, subscription.endpoint)
  return subscription.attributes.RawMessageDelivery === 'true'
    ? { QueueUrl: url, MessageBody: messageFor(delivery), MessageAttributes: notification.attributes }
    : { QueueUrl: url, MessageBody: JSON.stringify(envelope(delivery, context.place), undefined, 2) }
}

/** To the subscription's dead-letter queue, in the shape the subscription would have got it. */
export async function deadLetter(
  context: CloudContext,
  delivery: Delivery,
  queueArn: string,
  why: Error,
): Promise<void> {
  const { subscription } = delivery
  const principal: Principal = {
    kind: 'service',
    service: 'sns.amazonaws.com',
    sourceArn: subscription.topic,
  }
  const raw = subscription.attributes.RawMessageDelivery === 'true'
  const attribute = (value: string): object => ({ DataType: 'String', StringValue: value })
  const input = {
    ...queueMessage(context, delivery),
    QueueUrl: queueUrl(context, queueArn),
    MessageAttributes: {
      ...(raw ? delivery.notification.attributes : {}),
      RequestID: attribute(delivery.messageId),
      ErrorCode: attribute(why.name),
      ErrorMessage: attribute(why.message || why.name),
    },
  }
  await context.call('sqs', 'SendMessage', input, principal)
}

function queueUrl({ place }: CloudContext, queueArn: string): string {
  const [, , , , account = '', name = ''] = queueArn.split(':')
  return `${place.awsEndpoint}/${account}/${name}`
}
