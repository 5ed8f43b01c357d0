import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { parsed, textMap } from '../aws/input.ts'
import { PolicyFault } from './filterPattern.ts'
import { filterOf, type Filter } from './filterPolicy.ts'

export interface Topic {
  readonly arn: string
  readonly name: string
  /** Settable attributes, `Policy` among them. */
  readonly attributes: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** The template's properties it was last deployed with, as JSON; empty for one made by CreateTopic. */
  readonly template: string
}

export interface Subscription {
  readonly arn: string
  readonly topic: string
  readonly protocol: string
  readonly endpoint: string
  /** FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy. */
  readonly attributes: Readonly<Record<string, string>>
  /** ARN of who subscribed. */
  readonly principal: string
  /** As of a topic. */
  readonly template: string
}

export type Registry = ReturnType<typeof openRegistry>

/** Topics and subscriptions: held in memory, written through to the store. */
export function openRegistry(db: DatabaseSync) {
  db.exec(`CREATE TABLE IF NOT EXISTS topics (arn TEXT PRIMARY KEY, name TEXT, attributes TEXT, tags TEXT,
      template TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS subscriptions (arn TEXT PRIMARY KEY, topic TEXT, protocol TEXT, endpoint TEXT,
      attributes TEXT, principal TEXT, template TEXT) STRICT`)
  const putTopic = db.prepare('INSERT OR REPLACE INTO topics VALUES (?, ?, ?, ?, ?)')
  const dropTopic = db.prepare('DELETE FROM topics WHERE arn = ?')
  const putSubscription = db.prepare('INSERT OR REPLACE INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?)')
  const dropSubscription = db.prepare('DELETE FROM subscriptions WHERE arn = ?')
  const topics = new Map(db.prepare('SELECT * FROM topics').all().map(readTopic))
  const subscriptions = new Map(db.prepare('SELECT * FROM subscriptions').all().map(readSubscription))
  const filters = new Map<string, Filter>()

  function removeSubscription(arn: string): void {
    dropSubscription.run(arn)
    subscriptions.delete(arn)
    filters.delete(arn)
  }

  return {
    topic: (arn: string): Topic | undefined => topics.get(arn),
    topics: (): Topic[] => [...topics.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    saveTopic(topic: Topic): void {
      const { arn, name, attributes, tags, template } = topic
      putTopic.run(arn, name, JSON.stringify(attributes), JSON.stringify(tags), template)
      topics.set(arn, topic)
    },
    removeTopic(arn: string): void {
      for (const subscription of subscriptions.values())
        if (subscription.topic === arn) removeSubscription(subscription.arn)
      dropTopic.run(arn)
      topics.delete(arn)
    },
    subscription: (arn: string): Subscription | undefined => subscriptions.get(arn),
    subscriptions: (): Subscription[] => [...subscriptions.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    saveSubscription(subscription: Subscription): void {
      const { arn, topic, protocol, endpoint, attributes, principal, template } = subscription
      putSubscription.run(arn, topic, protocol, endpoint, JSON.stringify(attributes), principal, template)
      subscriptions.set(arn, subscription)
      filters.delete(arn)
    },
    removeSubscription,
    /** The subscription's compiled filter policy; everything passes without one. */
    filter(subscription: Subscription): Filter {
      const known = filters.get(subscription.arn) ?? compiled(subscription.attributes)
      filters.set(subscription.arn, known)
      return known
    },
  }
}

/** Throws PolicyFault for a filter policy that SNS refuses. */
export function compiled(attributes: Readonly<Record<string, string>>): Filter {
  const { FilterPolicy: policy, FilterPolicyScope: scope } = attributes
  if (!policy) return () => true
  const tree = parsed(policy)
  if (tree === undefined) throw new PolicyFault('failed to parse JSON.')
  return filterOf(tree, scope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes')
}

type Row = Record<string, SQLOutputValue>

function readTopic(row: Row): [string, Topic] {
  const arn = String(row.arn)
  const attributes = textMap(parsed(String(row.attributes)))
  const tags = textMap(parsed(String(row.tags)))
  return [arn, { arn, name: String(row.name), attributes, tags, template: String(row.template) }]
}

function readSubscription(row: Row): [string, Subscription] {
  const arn = String(row.arn)
  const subscription = {
    arn,
    topic: String(row.topic),
    protocol: String(row.protocol),
    endpoint: String(row.endpoint),
    attributes: textMap(parsed(String(row.attributes))),
    principal: String(row.principal),
    template: String(row.template),
  }
  return [arn, subscription]
}
