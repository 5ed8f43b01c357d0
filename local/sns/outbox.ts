import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { CloudContext } from '../aws/context.ts'
import { AwsError } from '../aws/error.ts'
import { parsed, record, text } from '../aws/input.ts'
import { transaction } from '../aws/store.ts'
import { deadLetter, deliver } from './deliver.ts'
import type { Delivery } from './envelope.ts'
import type { Mailbox } from './mailbox.ts'
import type { Notification } from './message.ts'
import type { Registry, Subscription } from './store.ts'

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Notifications that were accepted and not yet delivered. They are on disk before Publish answers and leave when the
 * endpoint has taken them, so a kill in between delivers again rather than never: at least once, as SNS promises.
 */
export function createOutbox(context: CloudContext, db: DatabaseSync, registry: Registry, mailbox: Mailbox) {
  const { clock } = context
  db.exec(`CREATE TABLE IF NOT EXISTS deliveries (id INTEGER PRIMARY KEY AUTOINCREMENT, subscription TEXT,
    messageId TEXT, notification TEXT, published INTEGER, attempts INTEGER, due INTEGER) STRICT`)
  const insert =
    db.prepare(`INSERT INTO deliveries (subscription, messageId, notification, published, attempts, due)
    VALUES (?, ?, ?, ?, 0, ?)`)
  const one = db.prepare('SELECT * FROM deliveries WHERE id = ?')
  const all = db.prepare('SELECT id, due FROM deliveries ORDER BY id')
  const postpone = db.prepare('UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM deliveries WHERE id = ?')
  const alarms = new Map<number, () => void>()
  let running = false

  function schedule(id: number, due: number): void {
    if (running)
      alarms.set(
        id,
        clock.at(due, () => void attempt(id)),
      )
  }

  async function attempt(id: number): Promise<void> {
    alarms.delete(id)
    const row = one.get(id)
    const delivery = row && deliveryOf(row)
    if (!delivery) return void remove.run(id)
    const attempts = Number(row.attempts) + 1
    try {
      await handOver(id, delivery)
      count(delivery.subscription, 'NumberOfNotificationsDelivered')
    } catch (error) {
      if (!running) return
      await failed(id, delivery, attempts, error instanceof Error ? error : new Error(String(error)))
    }
  }

  async function handOver(id: number, delivery: Delivery): Promise<void> {
    if (!delivery.subscription.protocol.startsWith('email')) {
      await deliver(context, delivery)
      if (running) remove.run(id)
      return
    }
    const now = clock.now()
    const file = mailbox.writeFile(delivery, now)
    transaction(db, () => {
      mailbox.add(delivery, now, file)
      remove.run(id)
    })
  }

  async function failed(id: number, delivery: Delivery, attempts: number, error: Error): Promise<void> {
    const { subscription } = delivery
    const subject = subscription.arn
    context.report({
      at: clock.now(),
      service: 'sns',
      what: 'delivery',
      subject,
      error: `${error.name}: ${error.message}`,
    })
    const wait = isLasting(error) ? undefined : retryAfter(attempts)
    if (wait !== undefined) {
      const due = clock.now() + wait
      postpone.run(attempts, due, id)
      schedule(id, due)
      return
    }
    count(subscription, 'NumberOfNotificationsFailed')
    const target = deadLetterTarget(subscription)
    if (target) await bury(delivery, target, error)
    if (running) remove.run(id)
  }

  async function bury(delivery: Delivery, target: string, error: Error): Promise<void> {
    try {
      await deadLetter(context, delivery, target, error)
      count(delivery.subscription, 'NumberOfNotificationsRedrivenToDlq')
    } catch {
      count(delivery.subscription, 'NumberOfNotificationsFailedToRedriveToDlq')
    }
  }

  function count({ topic }: Subscription, name: string): void {
    const dimensions = { TopicName: topic.slice(topic.lastIndexOf(':') + 1) }
    context.metric({ namespace: 'AWS/SNS', name, dimensions, value: 1, unit: 'Count', at: clock.now() })
  }

  function deliveryOf(row: Record<string, SQLOutputValue>): Delivery | undefined {
    const subscription = registry.subscription(String(row.subscription))
    const notification = parsed(String(row.notification)) as Notification
    return (
      subscription && {
        messageId: String(row.messageId),
        notification,
        subscription,
        published: Number(row.published),
      }
    )
  }

  return {
    /** Inside the transaction of a publish; what it answers goes to `send` after the commit. */
    add(subscription: Subscription, messageId: string, notification: Notification, now: number): number {
      const { lastInsertRowid } = insert.run(
        subscription.arn,
        messageId,
        JSON.stringify(notification),
        now,
        now,
      )
      return Number(lastInsertRowid)
    },
    send(ids: readonly number[]): void {
      for (const id of ids) schedule(id, clock.now())
    },
    /** Delivers what a stop or a kill left behind. */
    start(): void {
      running = true
      for (const row of all.all()) schedule(Number(row.id), Number(row.due))
    },
    stop(): void {
      running = false
      for (const cancel of alarms.values()) cancel()
      alarms.clear()
    },
  }
}

/** An endpoint that is gone or does not let SNS in is not tried again, as AWS. */
function isLasting(error: Error): boolean {
  return (
    error instanceof AwsError &&
    error.status < 500 &&
    !/throttl/i.test(error.code) &&
    error.code !== 'TooManyRequestsException'
  )
}

/** AWS's policy for queues and functions: 3 at once, 2 a second apart, 10 growing to 20 s, then every 20 s, 23 days. */
function retryAfter(attempts: number): number | undefined {
  if (attempts <= 3) return 0
  if (attempts <= 5) return 1_000
  if (attempts <= 15) return Math.min(20_000, 1_000 * 2 ** Math.floor((attempts - 5) / 2))
  return attempts <= 100_015 ? 20_000 : undefined
}

function deadLetterTarget({ attributes }: Subscription): string | undefined {
  const policy = record(parsed(attributes.RedrivePolicy ?? ''))
  return policy && text(policy, 'deadLetterTargetArn')
}
