import type { DatabaseSync } from 'node:sqlite'
import { parsed, textMap } from '../aws/input.ts'
import { arn, type Place } from '../aws/place.ts'
import type { Input, PolicyDocument } from '../aws/service.ts'
import {
  defaults,
  policyOf,
  redriveAllowPolicyOf,
  redrivePolicyOf,
  type Attributes,
  type RedriveAllowPolicy,
  type RedrivePolicy,
} from './attributes.ts'
import { AwsError } from '../aws/error.ts'
import { missing, noSuchQueue } from './errors.ts'

export interface Queue {
  readonly name: string
  readonly arn: string
  readonly url: string
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly modified: number
  readonly attributes: Attributes
  readonly tags: Readonly<Record<string, string>>
  /** The template's properties it was last deployed with, as JSON; empty for a queue made by CreateQueue. */
  readonly template: string
  readonly policy: PolicyDocument | undefined
  readonly redrive: RedrivePolicy | undefined
  readonly redriveAllow: RedriveAllowPolicy | undefined
}

export type QueueRecord = Pick<Queue, 'name' | 'created' | 'modified' | 'attributes' | 'tags' | 'template'>

export function queueUrl(place: Place, name: string): string {
  return `${place.awsEndpoint}/${place.account}/${name}`
}

/** Name in a queue's ARN. */
export function queueName(queueArn: string): string {
  return queueArn.slice(queueArn.lastIndexOf(':') + 1)
}

export type Queues = ReturnType<typeof openQueues>

/** All queues of the account: held in memory, written through to the store. */
export function openQueues(db: DatabaseSync, place: Place) {
  db.exec(`CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, created INTEGER, modified INTEGER,
    attributes TEXT, tags TEXT, template TEXT) STRICT`)
  const put = db.prepare('INSERT OR REPLACE INTO queues VALUES (?, ?, ?, ?, ?, ?)')
  const drop = db.prepare('DELETE FROM queues WHERE name = ?')
  const stored = new Map<string, Queue>()
  /** Queues the template once had and has no more keep their messages, but nobody sees them. */
  let hidden = new Set<string>()

  function whole(queue: QueueRecord): Queue {
    return {
      ...queue,
      attributes: { ...defaults, ...queue.attributes },
      arn: arn(place, 'sqs', queue.name),
      url: queueUrl(place, queue.name),
      policy: policyOf(queue.attributes.Policy),
      redrive: redrivePolicyOf(queue.attributes.RedrivePolicy),
      redriveAllow: redriveAllowPolicyOf(queue.attributes.RedriveAllowPolicy),
    }
  }

  for (const row of db.prepare('SELECT * FROM queues ORDER BY name').all()) {
    const { name, created, modified, template } = row
    const queue = {
      name: String(name),
      created: Number(created),
      modified: Number(modified),
      attributes: textMap(parsed(String(row.attributes))),
      tags: textMap(parsed(String(row.tags))),
      template: String(template),
    }
    stored.set(queue.name, whole(queue))
  }

  return {
    named: (name: string): Queue | undefined => (hidden.has(name) ? undefined : stored.get(name)),
    /** Also finds a hidden one. */
    stored: (name: string): Queue | undefined => stored.get(name),
    all: (): Queue[] => [...stored.values()].filter((queue) => !hidden.has(queue.name)),
    /** Shows the queues of the template and those made by CreateQueue. */
    show(deployed: ReadonlySet<string>): void {
      hidden = new Set(
        [...stored.values()].filter((q) => q.template && !deployed.has(q.name)).map((q) => q.name),
      )
    },
    save(record: QueueRecord): Queue {
      const attributes = Object.fromEntries(
        Object.entries(record.attributes).filter(([, value]) => value !== ''),
      )
      const queue = whole({ ...record, attributes })
      const { name, created, modified, tags, template } = queue
      put.run(name, created, modified, JSON.stringify(attributes), JSON.stringify(tags), template)
      stored.set(name, queue)
      return queue
    },
    remove(name: string): void {
      drop.run(name)
      stored.delete(name)
    },
    /** The queue of a request's `QueueUrl`; only the path counts, so any host name does. */
    of(input: Input): Queue {
      return this.existing(nameInUrl(input, place))
    },
    existing(name: string): Queue {
      const queue = this.named(name)
      if (!queue) throw noSuchQueue()
      return queue
    },
  }
}

function nameInUrl(input: Input, place: Place): string {
  const url = input.QueueUrl
  if (typeof url !== 'string' || url === '') throw missing('QueueUrl')
  const [, account, name] = /^https?:\/\/[^/]+\/(\d+)\/([^/]+)$/.exec(url) ?? []
  if (!account || !name)
    throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`, {
      status: 404,
    })
  if (account !== place.account) throw noSuchQueue()
  return name
}
