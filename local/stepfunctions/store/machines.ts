import { createHash, randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { select, transaction } from '../../aws/store.ts'
import type { Observation } from '../engine/execution.ts'

/** A machine as it is deployed now. Dates in milliseconds since the epoch. */
export interface MachineRecord {
  readonly name: string
  readonly revision: number
  readonly created: number
  readonly updated: number | null
  /** Set with the first change after creation, as AWS does. */
  readonly revision_id: string | null
}

export interface RevisionRecord {
  readonly id: number
  readonly machine: string
  readonly definition: string
  readonly role: string
  readonly logging: Observation
  readonly created: number
}

/** As a row holds it: its logging as JSON. */
type RevisionRow = Omit<RevisionRecord, 'logging'> & { readonly logging: string }

export interface Machines {
  /** Creates the machine or gives it a new revision, when anything about it differs. */
  deploy(
    machine: { name: string; definition: string; role: string; logging: Observation },
    at: number,
  ): MachineRecord
  /** Forgets machines that are no more; their executions stay. */
  keepOnly(names: readonly string[]): void
  find(name: string): MachineRecord | undefined
  all(): MachineRecord[]
  revision(id: number): RevisionRecord
}

export function machines(db: DatabaseSync): Machines {
  const find = select<MachineRecord>(db, 'SELECT * FROM machines WHERE name = ?')
  const all = select<MachineRecord>(db, 'SELECT * FROM machines ORDER BY created, name')
  const revision = select<RevisionRow>(db, 'SELECT * FROM revisions WHERE id = ?')
  const findRevision = (hash: string): number | undefined => {
    const row = db.prepare('SELECT id FROM revisions WHERE hash = ?').get(hash)
    return row ? Number(row.id) : undefined
  }

  function addRevision(
    hash: string,
    given: { name: string; definition: string; role: string; logging: Observation },
    at: number,
  ): number {
    const add = db.prepare(
      'INSERT INTO revisions (hash, machine, definition, role, logging, created) VALUES (?, ?, ?, ?, ?, ?)',
    )
    const { name, definition, role, logging } = given
    return Number(add.run(hash, name, definition, role, JSON.stringify(logging), at).lastInsertRowid)
  }

  return {
    deploy(given, at) {
      const { name, definition, role, logging } = given
      const hash = createHash('sha256')
        .update(JSON.stringify([name, definition, role, logging]))
        .digest('hex')
      return transaction(db, () => {
        const id = findRevision(hash) ?? addRevision(hash, given, at)
        const known = find.one(name)
        if (!known)
          db.prepare('INSERT INTO machines (name, revision, created) VALUES (?, ?, ?)').run(name, id, at)
        else if (known.revision !== id)
          db.prepare('UPDATE machines SET revision = ?, updated = ?, revision_id = ? WHERE name = ?').run(
            id,
            at,
            randomUUID(),
            name,
          )
        return find.one(name) as MachineRecord
      })
    },
    keepOnly(names) {
      const forget = db.prepare('DELETE FROM machines WHERE name = ?')
      for (const { name } of all.all()) if (!names.includes(name)) forget.run(name)
    },
    find: (name) => find.one(name),
    all: () => all.all(),
    revision(id) {
      const row = revision.one(id)
      if (!row) throw new Error(`No revision ${id}`)
      return { ...row, logging: JSON.parse(row.logging) as Observation }
    },
  }
}
