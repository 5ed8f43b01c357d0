import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Place } from '../aws/place.ts'
import { select } from '../aws/store.ts'
import { envelope, messageFor, unsubscribeUrl, type Delivery } from './envelope.ts'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** ARN. */
  readonly topic: string
}

/** Older mail goes, so that a data folder does not grow for ever. */
const mostMails = 10_000

export type Mailbox = ReturnType<typeof openMailbox>

/** Where e-mail goes instead of out: a table, and one readable file a mail in `<data>/mailbox/`. */
export function openMailbox(db: DatabaseSync, data: string, place: Place) {
  const folder = join(data, 'mailbox')
  db.exec(`CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT, subject TEXT,
    body TEXT, at INTEGER, topic TEXT, file TEXT) STRICT`)
  const insert = db.prepare(
    'INSERT INTO mails (recipient, subject, body, at, topic, file) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const all = select<Mail>(db, 'SELECT recipient AS "to", subject, body, at, topic FROM mails ORDER BY id')
  const surplus = db.prepare('SELECT id, file FROM mails WHERE id <= (SELECT max(id) FROM mails) - ?')
  const drop = db.prepare('DELETE FROM mails WHERE id = ?')

  function mailOf(delivery: Delivery, at: number): Mail {
    const { notification, subscription } = delivery
    const body =
      subscription.protocol === 'email-json'
        ? JSON.stringify(envelope(delivery, place), undefined, 2)
        : messageFor(delivery)
    const subject = notification.subject ?? 'AWS Notification Message'
    return { to: subscription.endpoint, subject, body, at, topic: subscription.topic }
  }

  return {
    /** Writes the file; its name comes from the delivery, so a delivery tried twice leaves one. */
    writeFile(delivery: Delivery, at: number): string {
      const mail = mailOf(delivery, at)
      mkdirSync(folder, { recursive: true })
      const stamp = new Date(delivery.published).toISOString().replaceAll(/[:.]/g, '-')
      const name = `${stamp}-${delivery.messageId}-${subscriptionId(delivery)}.eml`
      writeFileSync(join(folder, name), eml(mail, delivery, place))
      return name
    },
    /** Puts it into the table; part of the transaction that ends the delivery. */
    add(delivery: Delivery, at: number, file: string): void {
      const { to, subject, body, topic } = mailOf(delivery, at)
      insert.run(to, subject, body, at, topic, file)
      for (const old of surplus.all(mostMails)) {
        rmSync(join(folder, String(old.file)), { force: true })
        drop.run(Number(old.id))
      }
    },
    /** Oldest first. */
    all: (): Mail[] => all.all(),
  }
}

function subscriptionId({ subscription }: Delivery): string {
  return subscription.arn.slice(subscription.arn.lastIndexOf(':') + 1)
}

function eml(mail: Mail, delivery: Delivery, place: Place): string {
  const headers = [
    'From: AWS Notifications <no-reply@sns.amazonaws.com>',
    `To: ${mail.to}`,
    `Subject: ${mail.subject}`,
    `Date: ${new Date(mail.at).toUTCString()}`,
    `Message-ID: <${delivery.messageId}@local>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  const footer = `--\nTo stop these notifications: ${unsubscribeUrl(delivery.subscription, place)}`
  return `${headers.join('\n')}\n\n${mail.body}\n\n${footer}\n`
}
