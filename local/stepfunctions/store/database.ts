import type { DatabaseSync } from 'node:sqlite'
import { openStore } from '../../aws/store.ts'

/** Raised with every change of the tables. */
const version = 1

const tables = `
CREATE TABLE machines (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER, revision_id TEXT);
CREATE TABLE revisions (
  id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, machine TEXT NOT NULL, definition TEXT NOT NULL,
  role TEXT NOT NULL, logging TEXT NOT NULL, created INTEGER NOT NULL
);
CREATE TABLE executions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, machine TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,
  status TEXT NOT NULL, input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, start INTEGER NOT NULL, stop INTEGER,
  redrives INTEGER NOT NULL DEFAULT 0, redriven INTEGER, UNIQUE (machine, name)
);
CREATE INDEX executions_by_machine ON executions (machine, id);
CREATE INDEX executions_open ON executions (id) WHERE status = 'RUNNING';
CREATE INDEX executions_by_stop ON executions (stop) WHERE stop IS NOT NULL;
CREATE TABLE threads (execution INTEGER, id INTEGER, body TEXT NOT NULL, PRIMARY KEY (execution, id)) WITHOUT ROWID;
CREATE TABLE history (execution INTEGER, first INTEGER, events TEXT NOT NULL, PRIMARY KEY (execution, first)) WITHOUT ROWID;
CREATE TABLE announcements (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
`

/** Opens the service's database. Throws an Error for data written by another version. */
export function openDatabase(folder: string): DatabaseSync {
  const db = openStore(folder, 'states')
  const found = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0)
  if (found === version) return db
  if (found !== 0) {
    db.close()
    throw new Error(
      `${folder}/states.db has data of version ${found}, but this program reads version ${version}; start afresh with another data folder`,
    )
  }
  db.exec(`BEGIN; ${tables} PRAGMA user_version = ${version}; COMMIT`)
  return db
}
