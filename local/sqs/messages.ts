import { randomUUID } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { select } from '../aws/store.ts'
import type { NewMessage } from './message.ts'
import type { Queue } from './queues.ts'

/** A message as it lies in a queue. Times in milliseconds since the epoch. */
export interface Message {
  readonly row: number
  readonly id: string
  readonly body: string
  /** MessageAttributes as JSON. */
  readonly attributes: string
  readonly traceHeader: string | null
  readonly groupId: string | null
  readonly sender: string
  /** When the sender's call was answered; retention counts from here, also in a dead-letter queue. */
  readonly sent: number
  readonly receives: number
  readonly firstReceive: number | null
  /** ARN of the queue it was dead-lettered from. */
  readonly source: string | null
}

export interface Counts {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

export type Messages = ReturnType<typeof openMessages>

/** The messages of all queues. A message is in flight while `visibleAt` lies ahead and `receive` is set. */
export function openMessages(db: DatabaseSync) {
  db.exec(`CREATE TABLE IF NOT EXISTS messages (row INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT, id TEXT, body TEXT,
      attributes TEXT, traceHeader TEXT, groupId TEXT, sender TEXT, sent INTEGER, arrived INTEGER, visibleAt INTEGER,
      receives INTEGER, receivesBefore INTEGER, firstReceive INTEGER, receivedAt INTEGER, receive TEXT, source TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS messagesByVisibility ON messages (queue, visibleAt);
    CREATE INDEX IF NOT EXISTS messagesBySent ON messages (queue, sent)`)
  const insert =
    db.prepare(`INSERT INTO messages (queue, id, body, attributes, traceHeader, groupId, sender, sent,
    arrived, visibleAt, receives, receivesBefore) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)`)
  const visible = select<Message>(
    db,
    `SELECT row, id, body, attributes, traceHeader, groupId, sender, sent, receives,
    firstReceive, source FROM messages WHERE queue = ? AND visibleAt <= ? ORDER BY visibleAt, row LIMIT ?`,
  )
  const receive =
    db.prepare(`UPDATE messages SET receives = receives + 1, firstReceive = ifnull(firstReceive, :now),
    receivedAt = :now, visibleAt = :visibleAt, receive = :receive WHERE row = :row`)
  const deadLetter = db.prepare(`UPDATE messages SET queue = ?, source = ?, arrived = ?, visibleAt = ?,
    receivesBefore = receives, receive = NULL WHERE row = ?`)
  const redrive =
    db.prepare(`UPDATE messages SET queue = ?, id = ?, sent = ?, arrived = ?, visibleAt = ?, receives = 0,
    receivesBefore = 0, firstReceive = NULL, receive = NULL, source = NULL WHERE row = ?`)
  const remove = db.prepare('DELETE FROM messages WHERE row = ? AND queue = ? AND receive = ?')
  const changeVisibility = db.prepare('UPDATE messages SET visibleAt = ? WHERE row = ?')
  const held = db.prepare('SELECT receivedAt FROM messages WHERE row = ? AND queue = ? AND receive = ?')
  const next = db.prepare('SELECT min(visibleAt) AS at FROM messages WHERE queue = ? AND visibleAt > ?')
  const count = db.prepare(`SELECT count(*) FILTER (WHERE visibleAt <= :now) AS visible,
    count(*) FILTER (WHERE visibleAt > :now AND receive IS NOT NULL) AS inFlight,
    count(*) FILTER (WHERE visibleAt > :now AND receive IS NULL) AS delayed FROM messages WHERE queue = :queue`)
  const hiddenBeyond = db.prepare('SELECT 1 FROM messages WHERE queue = ? AND visibleAt > ? LIMIT 1 OFFSET ?')
  const oldest = db.prepare(
    'SELECT min(arrived) AS at FROM messages WHERE queue = ? AND receives - receivesBefore < 3',
  )
  const expire = db.prepare('DELETE FROM messages WHERE queue = ? AND sent <= ?')
  const purge = db.prepare('DELETE FROM messages WHERE queue = ?')

  return {
    add(queue: Queue, message: NewMessage, sender: string, now: number): string {
      const id = randomUUID()
      const delay = message.delay ?? Number(queue.attributes.DelaySeconds)
      const { body, attributes, traceHeader = null, groupId = null } = message
      const json = JSON.stringify(attributes)
      insert.run(queue.name, id, body, json, traceHeader, groupId, sender, now, now, now + delay * 1000)
      return id
    },
    /** The messages that a receive could take now, longest visible first. */
    visible: (queue: string, now: number, most: number): Message[] => visible.all(queue, now, most),
    /** Takes a message until `visibleAt`; answers what tells this receive from others. */
    take(row: number, now: number, visibleAt: number): string {
      const nonce = randomUUID()
      receive.run({ row, now, visibleAt, receive: nonce })
      return nonce
    },
    /** Moves to the dead-letter queue; counts go on. */
    deadLetter(row: number, target: Queue, source: Queue, now: number): void {
      deadLetter.run(target.name, source.arn, now, now, row)
    },
    /** Moves out of a dead-letter queue, as a new message. */
    redrive(row: number, target: Queue, now: number): void {
      redrive.run(
        target.name,
        randomUUID(),
        now,
        now,
        now + Number(target.attributes.DelaySeconds) * 1000,
        row,
      )
    },
    /** Deletes if `nonce` is of its latest receive; whether it did. */
    remove: (queue: string, row: number, nonce: string): boolean => remove.run(row, queue, nonce).changes > 0,
    /** When the receive `nonce`, the latest of its message, took place. */
    receivedAt(queue: string, row: number, nonce: string): number | undefined {
      const found = held.get(row, queue, nonce)
      return found ? Number(found.receivedAt) : undefined
    },
    changeVisibility: (row: number, visibleAt: number): void => void changeVisibility.run(visibleAt, row),
    /** When the next message that is hidden now becomes visible. */
    nextVisible: (queue: string, now: number): number | undefined => moment(next.get(queue, now)?.at),
    counts(queue: string, now: number): Counts {
      const row = count.get({ queue, now })
      return { visible: Number(row?.visible), inFlight: Number(row?.inFlight), delayed: Number(row?.delayed) }
    },
    /** Whether at least `many` messages are in flight. */
    inFlight(queue: string, now: number, many: number): boolean {
      return hiddenBeyond.get(queue, now, many - 1) !== undefined && this.counts(queue, now).inFlight >= many
    },
    /** When the oldest message came into the queue; leaves out those received three times, as AWS's metric does. */
    oldest: (queue: string): number | undefined => moment(oldest.get(queue)?.at),
    expire(queue: Queue, now: number): void {
      expire.run(queue.name, now - Number(queue.attributes.MessageRetentionPeriod) * 1000)
    },
    purge: (queue: string): void => void purge.run(queue),
  }
}

function moment(value: SQLOutputValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
