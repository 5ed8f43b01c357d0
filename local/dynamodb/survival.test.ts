import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'
import { findDynoxide } from './backend/binary.ts'
import { startChild } from './backend/child.ts'

const running: RunningDynamoDb[] = []
const folders: string[] = []
afterEach(async () => {
  for (const db of running.splice(0)) await db.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function start(options: Parameters<typeof startDynamoDb>[1] = {}): Promise<RunningDynamoDb> {
  const db = await startDynamoDb([table('Notes', {})], options)
  running.push(db)
  return db
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-'))
  folders.push(folder)
  return folder
}

const put = (db: RunningDynamoDb, id: string) =>
  db.call('PutItem', { TableName: 'Notes', Item: { id: { S: id } } })
const get = async (db: RunningDynamoDb, id: string) =>
  (await db.call('GetItem', { TableName: 'Notes', Key: { id: { S: id } } })).Item

/** Ends the database process, unless it has just ended. */
function kill(db: RunningDynamoDb): void {
  const pid = db.pid()
  if (pid !== undefined && lives(pid)) process.kill(pid, 'SIGKILL')
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function vanishes(pid: number): Promise<boolean> {
  for (let left = 200; left > 0 && lives(pid); left--) await delay(25)
  return !lives(pid)
}

describe('the database process', () => {
  it('is started again when it dies, with every acknowledged item; calls in between wait', async () => {
    const db = await start()
    await put(db, 'before')
    const first = db.pid() ?? 0
    kill(db)
    expect(await vanishes(first)).toBe(true)
    await put(db, 'after')
    expect(await get(db, 'before')).toEqual({ id: { S: 'before' } })
    expect(await get(db, 'after')).toEqual({ id: { S: 'after' } })
    expect(db.pid()).not.toBe(first)
    expect(db.context.activities).toContainEqual(
      expect.objectContaining({ service: 'dynamodb', what: 'restarted', error: 'It was ended by SIGKILL.' }),
    )
  })

  it('that dies under load loses nothing it acknowledged, and fails in no other way than AWS does', async () => {
    const db = await start()
    const kept: string[] = []
    const failures: unknown[] = []
    const write = async (writer: number): Promise<void> => {
      for (let count = 0; count < 40; count++) {
        const id = `${writer}-${count}`
        await put(db, id).then(
          () => kept.push(id),
          (error: unknown) => failures.push((error as { code?: string }).code),
        )
      }
    }
    const writers = Array.from({ length: 8 }, (_, writer) => write(writer))
    for (const wait of [30, 60, 90]) {
      await delay(wait)
      await put(db, `up again after ${wait}`).catch(() => undefined)
      kill(db)
    }
    await Promise.all(writers)
    expect(kept.length).toBeGreaterThan(100)
    expect(failures.filter((code) => code !== 'InternalServerError')).toEqual([])
    for (const id of kept) expect(await get(db, id)).toBeDefined()
  })

  it('ends with stop', async () => {
    const db = await start()
    const pid = db.pid() ?? 0
    await db.service.stop?.()
    expect(lives(pid)).toBe(false)
  })

  it('dies with a parent that is killed, and the next start finds the items', async () => {
    const data = newFolder()
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'testing/parent.ts'), data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const child = Number(line.toString())
    expect(lives(child)).toBe(true)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    expect(await vanishes(child)).toBe(true)
    expect(await get(await start({ data }), 'kept')).toEqual({ id: { S: 'kept' } })
  })

  it('that was left over by an earlier run is ended first', async () => {
    const data = newFolder()
    const left = spawn(findDynoxide(), ['--port', '0', '--db-path', join(data, 'dynoxide.db')], {
      stdio: 'ignore',
    })
    const ended = once(left, 'exit')
    await once(left, 'spawn')
    writeFileSync(join(data, 'dynoxide.pid'), String(left.pid))
    await start({ data })
    await ended
  })

  it('spares a process that merely got the id of an earlier one', async () => {
    const data = newFolder()
    writeFileSync(join(data, 'dynoxide.pid'), String(process.pid))
    await put(await start({ data }), 'a')
  })

  it('that cannot use its file says so at once', async () => {
    const data = newFolder()
    writeFileSync(
      join(data, 'dynoxide.db'),
      'this is no database, and long enough to be told from an empty one',
    )
    await expect(startDynamoDb([], { data })).rejects.toThrow(
      /^The database .*dynoxide\.db cannot be served; .*--reset: .+/,
    )
  })
})

it('leaves no database process behind whose id could not be written down', async () => {
  const data = newFolder()
  const dbPath = join(data, 'unrecorded.db')
  const starting = startChild(findDynoxide(), { dbPath, pidFile: join(data, 'gone', 'pid') })
  await expect(starting).rejects.toThrow('ENOENT')
  const processes = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
  for (let left = 200; left > 0 && processes().includes(dbPath); left--) await delay(25)
  expect(processes()).not.toContain(dbPath)
})

describe('a DynamoDB that somebody else runs', () => {
  it('is used by its endpoint, streams included', async () => {
    const data = newFolder()
    const foreign = await startChild(findDynoxide(), {
      dbPath: join(data, 'foreign.db'),
      pidFile: join(data, 'foreign.pid'),
    })
    const streaming = table('Notes', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } })
    const db = await startDynamoDb([streaming], { endpoint: foreign.origin })
    running.push(db)
    await put(db, 'a')
    const { StreamArn } = streaming.attributes
    const { ShardIterator } = await db.callStreams('GetShardIterator', {
      StreamArn,
      ShardId: 'shardId-00000001-Notes',
      ShardIteratorType: 'TRIM_HORIZON',
    })
    expect((await db.callStreams('GetRecords', { ShardIterator })).Records).toHaveLength(1)
    expect(db.pid()).toBeUndefined()
    await foreign.stop()
    await expect(put(db, 'b')).rejects.toMatchObject({ code: 'InternalServerError' })
  })

  it('must answer at the start', async () => {
    await expect(startDynamoDb([], { endpoint: 'http://127.0.0.1:9' })).rejects.toThrow(
      'No DynamoDB answers at http://127.0.0.1:9.',
    )
  })
})
