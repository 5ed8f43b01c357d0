import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../aws/clock.ts'
import { select, transaction } from '../aws/store.ts'
import type { Messages } from './messages.ts'
import { queueName, type Queue, type Queues } from './queues.ts'

export type MoveStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'

/** A message move task: the redrive out of a dead-letter queue. */
export interface Move {
  readonly id: string
  /** ARN of the dead-letter queue. */
  readonly source: string
  /** ARN; null sends each message back to the queue it came from. */
  readonly destination: string | null
  /** Messages a second; null for as fast as it goes. */
  readonly rate: number | null
  readonly status: MoveStatus
  readonly moved: number
  readonly toMove: number
  /** Milliseconds since the epoch. */
  readonly started: number
  readonly failure: string | null
}

export type Moves = ReturnType<typeof createMoves>

/** As fast as it goes: so many at once, then others get their turn. */
const batch = 100

export function createMoves(parts: {
  db: DatabaseSync
  clock: Clock
  queues: Queues
  messages: Messages
  changed: (queue: Queue) => void
}) {
  const { db, clock, queues, messages, changed } = parts
  db.exec(`CREATE TABLE IF NOT EXISTS moves (id TEXT PRIMARY KEY, source TEXT, destination TEXT, rate INTEGER,
    status TEXT, moved INTEGER, toMove INTEGER, started INTEGER, failure TEXT) STRICT`)
  const insert = db.prepare("INSERT INTO moves VALUES (?, ?, ?, ?, 'RUNNING', 0, ?, ?, NULL)")
  const advance = db.prepare('UPDATE moves SET status = ?, moved = ?, failure = ? WHERE id = ?')
  const byId = select<Move>(db, 'SELECT * FROM moves WHERE id = ?')
  const ofSource = select<Move>(
    db,
    'SELECT * FROM moves WHERE source = ? ORDER BY started DESC, rowid DESC LIMIT ?',
  )
  const running = select<Move>(db, "SELECT * FROM moves WHERE status = 'RUNNING'")
  const alarms = new Map<string, () => void>()

  /** Moves the next messages, then lets a while pass; ends when the queue is empty or every message was moved. */
  function step(id: string): void {
    alarms.delete(id)
    const move = byId.one(id)
    if (move?.status !== 'RUNNING') return
    const source = queues.named(queueName(move.source))
    const most = Math.min(move.rate ?? batch, move.toMove - move.moved)
    const touched = new Set<Queue>()
    const after = transaction(db, () => {
      const after = source
        ? moveSome(move, source, most, touched)
        : failed(move, 'AWS.SimpleQueueService.NonExistentQueue')
      advance.run(after.status, after.moved, after.failure, id)
      return after
    })
    if (source) touched.add(source)
    for (const queue of touched) changed(queue)
    if (after.status === 'RUNNING')
      alarms.set(
        id,
        clock.at(clock.now() + (move.rate === null ? 0 : 1_000), () => step(id)),
      )
  }

  function moveSome(move: Move, source: Queue, most: number, touched: Set<Queue>): Move {
    let { moved } = move
    const now = clock.now()
    const candidates = messages.visible(source.name, now, most)
    for (const message of candidates) {
      const to = move.destination ?? message.source
      if (to === null) return failed({ ...move, moved }, 'CouldNotDetermineMessageSource')
      const target = queues.named(queueName(to))
      if (!target) return failed({ ...move, moved }, 'AWS.SimpleQueueService.NonExistentQueue')
      messages.redrive(message.row, target, now)
      touched.add(target)
      moved += 1
    }
    const done = candidates.length < most || moved >= move.toMove
    return { ...move, moved, status: done ? 'COMPLETED' : 'RUNNING' }
  }

  return {
    begin(source: Queue, destination: string | null, rate: number | null): string {
      const id = randomUUID()
      const now = clock.now()
      insert.run(id, source.arn, destination, rate, messages.counts(source.name, now).visible, now)
      alarms.set(
        id,
        clock.at(now, () => step(id)),
      )
      return id
    },
    /** Newest first. */
    of: (source: string, most: number): Move[] => ofSource.all(source, most),
    named: (id: string): Move | undefined => byId.one(id),
    cancel(move: Move): void {
      alarms.get(move.id)?.()
      alarms.delete(move.id)
      advance.run('CANCELLED', move.moved, null, move.id)
    },
    /** Goes on with the tasks that a stop or a kill interrupted. */
    start(): void {
      for (const move of running.all()) step(move.id)
    },
    stop(): void {
      for (const cancel of alarms.values()) cancel()
      alarms.clear()
    },
  }
}

function failed(move: Move, failure: string): Move {
  return { ...move, status: 'FAILED', failure }
}
