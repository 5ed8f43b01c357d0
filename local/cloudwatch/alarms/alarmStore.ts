import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { select } from '../../aws/store.ts'
import type { Input } from '../../aws/service.ts'
import type { Alarm, AlarmState, AlarmStatus } from './alarm.ts'

export interface HistoryItem {
  readonly alarm: string
  readonly kind: Alarm['kind']
  readonly at: number
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
  readonly summary: string
  /** JSON. */
  readonly data: string
}

/** A notification that an alarm owes one of its actions. */
export interface OwedAction {
  readonly id: number
  readonly alarm: string
  readonly action: string
  /** JSON of what changed. */
  readonly change: string
}

export type AlarmStore = ReturnType<typeof openAlarmStore>

/** AWS keeps 30 days. */
const historyFor = 30 * 86_400_000

/** Alarms with their states, their history, and the actions that were decided and not yet done. */
export function openAlarmStore(db: DatabaseSync) {
  db.exec(`CREATE TABLE IF NOT EXISTS alarms (name TEXT PRIMARY KEY, arn TEXT, kind TEXT, config TEXT,
      configured INTEGER, template TEXT, state TEXT, reason TEXT, reasonData TEXT, updated INTEGER,
      transitioned INTEGER) STRICT;
    CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY, alarm TEXT, kind TEXT, at INTEGER, type TEXT,
      summary TEXT, data TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS historyOfAlarm ON history (alarm, at);
    CREATE TABLE IF NOT EXISTS owed (id INTEGER PRIMARY KEY, alarm TEXT, action TEXT, change TEXT) STRICT`)
  const put = db.prepare('INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const drop = db.prepare('DELETE FROM alarms WHERE name = ?')
  const note = db.prepare(
    'INSERT INTO history (alarm, kind, at, type, summary, data) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const history = select<HistoryItem>(
    db,
    'SELECT alarm, kind, at, type, summary, data FROM history ORDER BY id DESC LIMIT 10000',
  )
  const forget = db.prepare('DELETE FROM history WHERE at < ?')
  const owe = db.prepare('INSERT INTO owed (alarm, action, change) VALUES (?, ?, ?)')
  const owed = select<OwedAction>(db, 'SELECT * FROM owed ORDER BY id')
  const paid = db.prepare('DELETE FROM owed WHERE id = ?')
  const alarms = new Map(
    db
      .prepare('SELECT * FROM alarms')
      .all()
      .map((row) => [String(row.name), read(row)]),
  )

  return {
    named: (name: string): Alarm | undefined => alarms.get(name),
    all: (): Alarm[] => [...alarms.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    save(alarm: Alarm): void {
      const { value, reason, reasonData, updated, transitioned } = alarm.status
      const { name, arn, kind, config, configured, template } = alarm
      const json = JSON.stringify(config)
      put.run(name, arn, kind, json, configured, template, value, reason, reasonData, updated, transitioned)
      alarms.set(name, alarm)
    },
    remove(name: string): void {
      drop.run(name)
      alarms.delete(name)
    },
    note: (item: HistoryItem): void =>
      void note.run(item.alarm, item.kind, item.at, item.type, item.summary, item.data),
    /** Newest first. */
    history: (): HistoryItem[] => history.all(),
    expire: (now: number): void => void forget.run(now - historyFor),
    owe: (alarm: string, action: string, change: string): void => void owe.run(alarm, action, change),
    owed: (): OwedAction[] => owed.all(),
    paid: (id: number): void => void paid.run(id),
  }
}

function read(row: Record<string, SQLOutputValue>): Alarm {
  const status: AlarmStatus = {
    value: String(row.state) as AlarmState,
    reason: String(row.reason),
    reasonData: String(row.reasonData),
    updated: Number(row.updated),
    transitioned: Number(row.transitioned),
  }
  return {
    name: String(row.name),
    arn: String(row.arn),
    kind: row.kind === 'composite' ? 'composite' : 'metric',
    config: JSON.parse(String(row.config)) as Input,
    configured: Number(row.configured),
    template: String(row.template),
    status,
  }
}
