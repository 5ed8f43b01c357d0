import { DatabaseSync } from 'node:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { records } from './records.ts'

function counts(db: DatabaseSync): number[] {
  return ['executions', 'history'].map((table) =>
    Number(db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n),
  )
}

test('histories beyond the newest and executions beyond their time go, what runs stays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'))
  const db = openDatabase(folder)
  const add = db.prepare(
    "INSERT INTO executions (machine, name, revision, status, input, start, stop) VALUES ('m', ?, 1, ?, '{}', 0, ?)",
  )
  for (let n = 1; n <= 10; n++) {
    add.run(`n${n}`, n === 1 ? 'RUNNING' : n % 2 === 0 ? 'SUCCEEDED' : 'FAILED', n === 1 ? null : n * 100)
    db.prepare("INSERT INTO history VALUES (?, 1, '[]')").run(n)
  }
  const read = records(db)
  read.prune(2, 0)
  expect(counts(db)).toEqual([10, 5])
  read.prune(2, 500)
  expect(counts(db)).toEqual([7, 5])
  expect(read.running().map((each) => each.name)).toEqual(['n1'])
  db.close()
  rmSync(folder, { recursive: true })
})
