import type { CloudContext } from '../aws/context.ts'
import type { Service } from '../aws/service.ts'
import { listSubscriptions, listSubscriptionsByTopic, listTopics } from './actions/lists.ts'
import { publish } from './actions/publish.ts'
import { publishBatch } from './actions/publishBatch.ts'
import { subscribe, unsubscribe } from './actions/subscribe.ts'
import { getSubscriptionAttributes, setSubscriptionAttributes } from './actions/subscriptionAttributes.ts'
import {
  createTopic,
  deleteTopic,
  getTopicAttributes,
  listTagsForResource,
  setTopicAttributes,
  tagResource,
  untagResource,
} from './actions/topics.ts'
import type { Faults } from './faults.ts'
import type { Mail } from './mailbox.ts'
import { deployTopics, resourceTypes } from './resources.ts'
import { openSns, type Sns as Topics } from './sns.ts'

export type { Mail } from './mailbox.ts'

export interface Sns extends Service {
  /** All e-mail that was delivered, oldest first; also readable as files in `<data>/mailbox/`. */
  mailbox(): Mail[]
  /** For tests: makes the next publishes fail. */
  readonly faults: Pick<Faults, 'failPublish'>
}

/**
 * SNS with standard topics, on disk in `<data>/sns.db`; delivers to queues, functions and the mailbox. `validatePolicy`
 * throws for a topic policy that could not be judged.
 */
export function createSns(
  context: CloudContext,
  { validatePolicy = () => undefined }: Partial<Pick<Topics, 'validatePolicy'>> = {},
): Sns {
  const sns = openSns(context, validatePolicy)
  return {
    name: 'sns',
    actions: {
      CreateTopic: createTopic(sns),
      DeleteTopic: deleteTopic(sns),
      GetSubscriptionAttributes: getSubscriptionAttributes(sns),
      GetTopicAttributes: getTopicAttributes(sns),
      ListSubscriptions: listSubscriptions(sns),
      ListSubscriptionsByTopic: listSubscriptionsByTopic(sns),
      ListTagsForResource: listTagsForResource(sns),
      ListTopics: listTopics(sns),
      Publish: publish(sns),
      PublishBatch: publishBatch(sns),
      SetSubscriptionAttributes: setSubscriptionAttributes(sns),
      SetTopicAttributes: setTopicAttributes(sns),
      Subscribe: subscribe(sns),
      TagResource: tagResource(sns),
      Unsubscribe: unsubscribe(sns),
      UntagResource: untagResource(sns),
    },
    resourceTypes,
    mailbox: () => sns.mailbox.all(),
    faults: sns.faults,
    deploy: (resources) => Promise.resolve().then(() => deployTopics(sns, resources)),
    start: () => sns.outbox.start(),
    stop() {
      sns.outbox.stop()
      sns.db.close()
    },
  }
}
