import { records, text, textMap, texts } from '../../aws/input.ts'
import { arn } from '../../aws/place.ts'
import type { Action, Input } from '../../aws/service.ts'
import { invalid } from '../errors.ts'
import { checkPolicy, existingTopic, onTopic, topicPolicy, type Sns } from '../sns.ts'
import { checkTopicAttributes, checkTopicName } from '../topicRules.ts'

export function createTopic(sns: Sns): Action {
  const topicArn = (input: Input): string => arn(sns.context.place, 'sns', text(input, 'Name') ?? '')
  return {
    permissions: (input) => onTopic(sns, 'CreateTopic', { TopicArn: topicArn(input) }),
    run(input) {
      const name = text(input, 'Name') ?? ''
      checkTopicName(name)
      const attributes = textMap(input.Attributes)
      checkTopicAttributes(attributes)
      checkPolicy(sns, attributes)
      const existing = sns.registry.topic(topicArn(input))
      if (existing && Object.entries(attributes).some(([each, value]) => existing.attributes[each] !== value))
        throw invalid('Attributes Reason: Topic already exists with different attributes')
      const tags = tagMap(input)
      if (!existing) sns.registry.saveTopic({ arn: topicArn(input), name, attributes, tags, template: '' })
      return { TopicArn: topicArn(input) }
    },
  }
}

/** Takes its subscriptions with it; succeeds also when there is no such topic. */
export function deleteTopic(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'DeleteTopic', input),
    run(input) {
      sns.registry.removeTopic(text(input, 'TopicArn') ?? '')
      return {}
    },
  }
}

export function getTopicAttributes(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'GetTopicAttributes', input),
    run(input) {
      const topic = existingTopic(sns, text(input, 'TopicArn'))
      const confirmed = sns.registry.subscriptions().filter((each) => each.topic === topic.arn).length
      return {
        Attributes: {
          TopicArn: topic.arn,
          Owner: sns.context.place.account,
          DisplayName: '',
          Policy: JSON.stringify(topicPolicy(topic)),
          SubscriptionsConfirmed: String(confirmed),
          SubscriptionsPending: '0',
          SubscriptionsDeleted: '0',
          ...topic.attributes,
        },
      }
    },
  }
}

export function setTopicAttributes(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'SetTopicAttributes', input),
    run(input) {
      const topic = existingTopic(sns, text(input, 'TopicArn'))
      const change = { [text(input, 'AttributeName') ?? '']: text(input, 'AttributeValue') ?? '' }
      checkTopicAttributes(change)
      checkPolicy(sns, change)
      sns.registry.saveTopic({ ...topic, attributes: { ...topic.attributes, ...change } })
      return {}
    },
  }
}

export function listTagsForResource(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'ListTagsForResource', input),
    run(input) {
      const { tags } = existingTopic(sns, text(input, 'ResourceArn'), 'ResourceArn')
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
    },
  }
}

export function tagResource(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'TagResource', input),
    run(input) {
      const topic = existingTopic(sns, text(input, 'ResourceArn'), 'ResourceArn')
      sns.registry.saveTopic({ ...topic, tags: { ...topic.tags, ...tagMap(input) } })
      return {}
    },
  }
}

export function untagResource(sns: Sns): Action {
  return {
    permissions: (input) => onTopic(sns, 'UntagResource', input),
    run(input) {
      const topic = existingTopic(sns, text(input, 'ResourceArn'), 'ResourceArn')
      const gone = texts(input.TagKeys)
      const tags = Object.fromEntries(Object.entries(topic.tags).filter(([name]) => !gone.includes(name)))
      sns.registry.saveTopic({ ...topic, tags })
      return {}
    },
  }
}

function tagMap(input: Input): Record<string, string> {
  const tags = records(input.Tags).map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? ''] as const)
  if (new Set(tags.map(([key]) => key)).size < tags.length) throw invalid('Duplicated keys are not allowed.')
  return Object.fromEntries(tags)
}
