import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, transaction } from './store.ts'

describe('a store', () => {
  let folder: string
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'store-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('says of a full disk that it is full, and goes on with what it had once there is room', () => {
    const db = openStore(folder, 'notes')
    db.exec('CREATE TABLE notes (text); PRAGMA max_page_count = 20')
    const add = (size: number) => db.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(size))
    transaction(db, () => add(10))
    const fill = (): void => transaction(db, () => [1, 2, 3].forEach(() => add(40_000)))
    expect(fill).toThrow('database or disk is full')
    db.exec('PRAGMA max_page_count = 1000')
    fill()
    expect(db.prepare('SELECT count(*) AS notes FROM notes').get()).toEqual({ notes: 4 })
    db.close()
  })

  it('does all of a transaction or nothing', () => {
    const db = openStore(folder, 'notes')
    db.exec('CREATE TABLE notes (text)')
    const half = (): void =>
      transaction(db, () => {
        db.exec("INSERT INTO notes VALUES ('half')")
        throw new Error('no more')
      })
    expect(half).toThrow('no more')
    expect(db.prepare('SELECT * FROM notes').all()).toEqual([])
    db.close()
  })

  it('names the file that is broken', () => {
    writeFileSync(join(folder, 'notes.db'), 'no database'.repeat(100))
    expect(() => openStore(folder, 'notes')).toThrow(
      /notes\.db is broken \(file is not a database\).*--reset/,
    )
  })
})
