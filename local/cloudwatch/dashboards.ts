import type { DatabaseSync } from 'node:sqlite'
import { select } from '../aws/store.ts'

export interface Dashboard {
  readonly name: string
  /** JSON. */
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly modified: number
}

export type Dashboards = ReturnType<typeof openDashboards>

/** Dashboards are kept so that they can be read; nothing here draws them. */
export function openDashboards(db: DatabaseSync) {
  db.exec('CREATE TABLE IF NOT EXISTS dashboards (name TEXT PRIMARY KEY, body TEXT, modified INTEGER) STRICT')
  const put = db.prepare(`INSERT INTO dashboards VALUES (:name, :body, :now) ON CONFLICT (name)
    DO UPDATE SET body = :body, modified = :now WHERE body <> :body`)
  const drop = db.prepare('DELETE FROM dashboards WHERE name = ?')
  const all = select<Dashboard>(db, 'SELECT * FROM dashboards ORDER BY name')

  return {
    all: (): Dashboard[] => all.all(),
    put: (name: string, body: string, now: number): void => void put.run({ name, body, now }),
    remove: (name: string): void => void drop.run(name),
  }
}
