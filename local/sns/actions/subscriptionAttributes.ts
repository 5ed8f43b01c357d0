import { text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { invalid } from '../errors.ts'
import { existingSubscription, type Sns } from '../sns.ts'
import { checkSubscriptionAttributes, settable } from '../subscriptionRules.ts'

export function getSubscriptionAttributes(sns: Sns): Action {
  return {
    permissions: () => [{ action: 'sns:GetSubscriptionAttributes', resource: '*' }],
    run(input) {
      const subscription = existingSubscription(sns, text(input, 'SubscriptionArn'))
      const { FilterPolicy: filter } = subscription.attributes
      return {
        Attributes: {
          SubscriptionArn: subscription.arn,
          TopicArn: subscription.topic,
          Protocol: subscription.protocol,
          Endpoint: subscription.endpoint,
          Owner: sns.context.place.account,
          SubscriptionPrincipal: subscription.principal,
          ConfirmationWasAuthenticated: 'true',
          PendingConfirmation: 'false',
          RawMessageDelivery: 'false',
          ...(filter && { FilterPolicyScope: 'MessageAttributes' }),
          ...subscription.attributes,
        },
      }
    },
  }
}

export function setSubscriptionAttributes(sns: Sns): Action {
  return {
    permissions: () => [{ action: 'sns:SetSubscriptionAttributes', resource: '*' }],
    run(input) {
      const subscription = existingSubscription(sns, text(input, 'SubscriptionArn'))
      const name = text(input, 'AttributeName')
      if (!name || !settable.includes(name)) throw invalid('AttributeName')
      const value = text(input, 'AttributeValue') ?? ''
      const others = Object.entries(subscription.attributes).filter(([each]) => each !== name)
      // An empty filter or redrive policy takes it away; an empty flag is an error.
      const removes = value === '' && name !== 'RawMessageDelivery'
      const attributes = Object.fromEntries(removes ? others : [...others, [name, value]])
      checkSubscriptionAttributes(attributes, '')
      sns.registry.saveSubscription({ ...subscription, attributes })
      return {}
    },
  }
}
