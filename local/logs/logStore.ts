import type { DatabaseSync } from 'node:sqlite'
import { openStore, select, transaction } from '../aws/store.ts'

export interface LogGroup {
  readonly id: number
  readonly name: string
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  /** Days; null keeps for ever. */
  readonly retention: number | null
}

export interface LogStream {
  readonly id: number
  readonly name: string
  readonly created: number
  readonly first: number | null
  readonly last: number | null
  readonly ingested: number | null
}

export interface NewEvent {
  readonly group: string
  readonly stream: string
  readonly message: string
  readonly at: number
}

export interface StoredEvent {
  readonly id: number
  readonly stream: string
  readonly at: number
  readonly ingested: number
  readonly message: string
}

/** Where a page ends: events are ordered by time, then by arrival. */
export interface Cursor {
  readonly at: number
  readonly id: number
}

export interface Range {
  readonly group: number
  readonly stream?: number | undefined
  /** Inclusive. */
  readonly from: number
  /** Exclusive. */
  readonly until: number
  readonly after?: Cursor | undefined
  readonly before?: Cursor | undefined
}

export type LogStore = ReturnType<typeof openLogStore>

/** Beyond this the oldest events go, so that a data folder does not grow for ever. */
const mostBytes = 256 * 1024 * 1024
const day = 86_400_000

/** Columns of a LogStream. */
const ofStream = 'id, name, created, first, last, ingested'

export function openLogStore(folder: string, most = mostBytes) {
  const db = openStore(folder, 'logs')
  db.exec(`CREATE TABLE IF NOT EXISTS groups (id INTEGER PRIMARY KEY, name TEXT UNIQUE, created INTEGER,
      retention INTEGER) STRICT;
    CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, grp INTEGER, name TEXT, created INTEGER, first INTEGER,
      last INTEGER, ingested INTEGER, UNIQUE (grp, name)) STRICT;
    CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, grp INTEGER, stream INTEGER, at INTEGER,
      ingested INTEGER, message TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS eventsOfStream ON events (stream, at);
    CREATE INDEX IF NOT EXISTS eventsOfGroup ON events (grp, at)`)
  const group = select<LogGroup>(db, 'SELECT * FROM groups WHERE name = ?')
  const groups = select<LogGroup>(db, 'SELECT * FROM groups ORDER BY name')
  const addGroup = db.prepare('INSERT OR IGNORE INTO groups (name, created) VALUES (?, ?)')
  const retain = db.prepare('UPDATE groups SET retention = ? WHERE name = ?')
  const stream = select<LogStream>(db, `SELECT ${ofStream} FROM streams WHERE grp = ? AND name = ?`)
  const streams = select<LogStream>(db, `SELECT ${ofStream} FROM streams WHERE grp = ? ORDER BY name`)
  const addStream = db.prepare('INSERT OR IGNORE INTO streams (grp, name, created) VALUES (?, ?, ?)')
  const touchStream = db.prepare(`UPDATE streams SET first = min(ifnull(first, :first), :first),
    last = max(ifnull(last, :last), :last), ingested = :now WHERE id = :id`)
  const addEvent = db.prepare(
    'INSERT INTO events (grp, stream, at, ingested, message) VALUES (?, ?, ?, ?, ?)',
  )
  const expire = db.prepare('DELETE FROM events WHERE grp = ? AND at < ?')
  const trim = db.prepare(
    'DELETE FROM events WHERE id <= (SELECT min(id) + (max(id) - min(id)) / 5 FROM events)',
  )
  const bytes = db.prepare('SELECT sum(length(message) + 26) AS bytes FROM events WHERE grp = ?')

  const streamNamed = (groupId: number, name: string): LogStream | undefined => stream.one(groupId, name)
  const groupNamed = (name: string): LogGroup | undefined => group.one(name)

  return {
    groupNamed,
    streamNamed,
    groups: (): LogGroup[] => groups.all(),
    streams: (groupId: number): LogStream[] => streams.all(groupId),
    storedBytes: (groupId: number): number => Number(bytes.get(groupId)?.bytes ?? 0),
    createGroup: (name: string, now: number): void => void addGroup.run(name, now),
    createStream: (groupId: number, name: string, now: number): void =>
      void addStream.run(groupId, name, now),
    retain: (name: string, days: number | null): void => void retain.run(days, name),
    removeGroup: (id: number): void => removeGroup(db, id),
    removeStream(id: number): void {
      transaction(db, () => {
        db.prepare('DELETE FROM events WHERE stream = ?').run(id)
        db.prepare('DELETE FROM streams WHERE id = ?').run(id)
      })
    },
    /** Writes a batch in one transaction, creating groups and streams. */
    append(batch: readonly NewEvent[], now: number): void {
      const streams = new Map<string, { group: number; id: number; first: number; last: number }>()
      const streamOf = (event: NewEvent) => {
        const key = `${event.group}\n${event.stream}`
        const known = streams.get(key)
        if (known) return known
        addGroup.run(event.group, now)
        const group = groupNamed(event.group)?.id ?? 0
        addStream.run(group, event.stream, now)
        const id = streamNamed(group, event.stream)?.id ?? 0
        const fresh = { group, id, first: event.at, last: event.at }
        streams.set(key, fresh)
        return fresh
      }
      transaction(db, () => {
        for (const event of batch) {
          const { at } = event
          const stream = streamOf(event)
          addEvent.run(stream.group, stream.id, at, now, event.message)
          stream.first = Math.min(stream.first, at)
          stream.last = Math.max(stream.last, at)
        }
        for (const { id, first, last } of streams.values()) touchStream.run({ first, last, now, id })
      })
    },
    /** Oldest first, or newest first when `newest`. */
    events: (range: Range, most: number, newest = false): StoredEvent[] => eventsIn(db, range, most, newest),
    /** Drops what is older than its group keeps. */
    expire(now: number): void {
      for (const each of groups.all())
        if (each.retention !== null) expire.run(each.id, now - each.retention * day)
    },
    /** Drops the oldest fifth of the events when the file is full. */
    trim(): void {
      const pragma = (name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
      const used = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
      if (used > most) trim.run()
    },
    close: (): void => db.close(),
  }
}

function removeGroup(db: DatabaseSync, id: number): void {
  transaction(db, () => {
    for (const table of ['events', 'streams']) db.prepare(`DELETE FROM ${table} WHERE grp = ?`).run(id)
    db.prepare('DELETE FROM groups WHERE id = ?').run(id)
  })
}

function eventsIn(db: DatabaseSync, range: Range, most: number, newest: boolean): StoredEvent[] {
  const { after, before } = range
  const order = newest ? 'DESC' : 'ASC'
  const where = [
    range.stream === undefined ? 'events.grp = :owner' : 'events.stream = :owner',
    'events.at >= :from AND events.at < :until',
    after ? '(events.at, events.id) > (:afterAt, :afterId)' : '',
    before ? '(events.at, events.id) < (:beforeAt, :beforeId)' : '',
  ].filter(Boolean)
  const rows = db
    .prepare(
      `SELECT events.id, streams.name AS stream, events.at, events.ingested, message FROM events
      JOIN streams ON streams.id = events.stream WHERE ${where.join(' AND ')}
      ORDER BY events.at ${order}, events.id ${order} LIMIT :most`,
    )
    .all({
      owner: range.stream ?? range.group,
      from: range.from,
      until: Math.min(range.until, Number.MAX_SAFE_INTEGER),
      most,
      ...(after && { afterAt: after.at, afterId: after.id }),
      ...(before && { beforeAt: before.at, beforeId: before.id }),
    })
  return rows.map((row) => ({
    id: Number(row.id),
    stream: String(row.stream),
    at: Number(row.at),
    ingested: Number(row.ingested),
    message: String(row.message),
  }))
}
