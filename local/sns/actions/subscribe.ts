import { randomUUID } from 'node:crypto'
import { text, textMap } from '../../aws/input.ts'
import { principalArn } from '../../aws/principal.ts'
import type { Action } from '../../aws/service.ts'
import { invalid } from '../errors.ts'
import { existingSubscription, existingTopic, onTopic, type Sns } from '../sns.ts'
import { checkEndpoint, checkSubscriptionAttributes } from '../subscriptionRules.ts'

/** Subscriptions are confirmed at once, those of e-mail addresses too: nobody is at the other end to click. */
export function subscribe(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'Subscribe', input),
    run(input, { principal }) {
      const topic = existingTopic(sns, text(input, 'TopicArn'))
      const { protocol, endpoint } = checkEndpoint(text(input, 'Protocol'), text(input, 'Endpoint'))
      const attributes = textMap(input.Attributes)
      checkSubscriptionAttributes(attributes, 'Attributes Reason: ')
      const existing = sns.registry
        .subscriptions()
        .find((each) => each.topic === topic.arn && each.protocol === protocol && each.endpoint === endpoint)
      if (existing) {
        if (Object.entries(attributes).some(([name, value]) => existing.attributes[name] !== value))
          throw invalid('Attributes Reason: Subscription already exists with different attributes')
        return { SubscriptionArn: existing.arn }
      }
      const arn = `${topic.arn}:${randomUUID()}`
      const who = principalArn(principal, sns.context.place.account)
      const place = { arn, topic: topic.arn, protocol, endpoint }
      sns.registry.saveSubscription({ ...place, attributes, principal: who, template: '' })
      return { SubscriptionArn: arn }
    },
  }
}

/** Succeeds also when there is no such subscription. */
export function unsubscribe(sns: Sns): Action {
  return {
    permissions: () => [{ action: 'sns:Unsubscribe', resource: '*' }],
    run(input) {
      const arn = text(input, 'SubscriptionArn')
      if (arn && sns.registry.subscription(arn)) sns.registry.removeSubscription(arn)
      else if (!arn || arn.split(':').length < 7) existingSubscription(sns, arn)
      return {}
    },
  }
}
