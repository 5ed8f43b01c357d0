import { text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { invalid } from '../errors.ts'
import { existingTopic, onTopic, type Sns } from '../sns.ts'
import type { Subscription } from '../store.ts'

const pageSize = 100

export function listTopics(sns: Sns): Action {
  return {
    permissions: () => [{ action: 'sns:ListTopics', resource: '*' }],
    run(input) {
      const { shown, next } = page(sns.registry.topics(), input)
      return { Topics: shown.map(({ arn }) => ({ TopicArn: arn })), ...next }
    },
  }
}

export function listSubscriptions(sns: Sns): Action {
  return {
    permissions: () => [{ action: 'sns:ListSubscriptions', resource: '*' }],
    run(input) {
      const { shown, next } = page(sns.registry.subscriptions(), input)
      return { Subscriptions: shown.map((each) => described(sns, each)), ...next }
    },
  }
}

export function listSubscriptionsByTopic(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'ListSubscriptionsByTopic', input),
    run(input) {
      const topic = existingTopic(sns, text(input, 'TopicArn'))
      const subscriptions = sns.registry.subscriptions().filter((each) => each.topic === topic.arn)
      const { shown, next } = page(subscriptions, input)
      return { Subscriptions: shown.map((each) => described(sns, each)), ...next }
    },
  }
}

function described(sns: Sns, { arn, topic, protocol, endpoint }: Subscription): object {
  const Owner = sns.context.place.account
  return { SubscriptionArn: arn, Owner, Protocol: protocol, Endpoint: endpoint, TopicArn: topic }
}

/** The items come sorted by ARN; the token is the ARN that a page ended with. */
function page<T extends { readonly arn: string }>(
  items: readonly T[],
  input: Input,
): { shown: T[]; next: { NextToken?: string } } {
  const token = text(input, 'NextToken')
  const after = Buffer.from(token ?? '', 'base64url').toString()
  if (token !== undefined && !after.startsWith('arn:')) throw invalid('NextToken')
  const rest = items.filter(({ arn }) => arn > after)
  const shown = rest.slice(0, pageSize)
  const last = shown.at(-1)
  const more = last && rest.length > pageSize
  return { shown, next: more ? { NextToken: Buffer.from(last.arn).toString('base64url') } : {} }
}
