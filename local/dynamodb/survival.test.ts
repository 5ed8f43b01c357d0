import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { operator } from '../aws/principal.ts'
import { createGateway } from '../gateway/index.ts'
import { listenOnLoopback } from '../http/index.ts'
import { startDynamoDb, table } from './testing/harness.ts'
import type { RunningDynamoDb } from './testing/harness.ts'

const undo: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

const streaming = table('Notes', { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } })

async function start(
  options: Parameters<typeof startDynamoDb>[1] = {},
  tables = [streaming],
): Promise<RunningDynamoDb> {
  const db = await startDynamoDb(tables, options)
  undo.push(() => db.stop())
  return db
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const put = (db: RunningDynamoDb, id: string) =>
  db.call('PutItem', { TableName: 'Notes', Item: { id: { S: id } } })
const get = async (db: RunningDynamoDb, id: string) =>
  (await db.call('GetItem', { TableName: 'Notes', Key: { id: { S: id } } })).Item

async function streamed(db: RunningDynamoDb) {
  const ShardId = 'shardId-00000000000000000001-00000001'
  const { StreamArn } = streaming.attributes
  const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
  let { ShardIterator } = await db.callStreams('GetShardIterator', from)
  const all: unknown[] = []
  for (;;) {
    const answer = await db.callStreams('GetRecords', { ShardIterator })
    const records = answer.Records as { dynamodb: { Keys: { id: { S: string } } } }[]
    if (records.length === 0) return all
    all.push(...records.map(({ dynamodb }) => dynamodb.Keys.id.S))
    ShardIterator = answer.NextShardIterator
  }
}

/** Has a process write for a while, kills it, and answers the number of the last write it was told of. */
async function writeAndKill(data: string, ms: number): Promise<number> {
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'testing/writer.ts'), data]
  const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  writer.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(writer.stdout, 'data')
  await delay(ms)
  writer.kill('SIGKILL')
  await once(writer, 'close')
  return Number(said.trimEnd().split('\n').at(-1))
}

describe('a process that is killed while it writes', () => {
  it.each([5, 60, 170])(
    'after %i ms loses nothing it acknowledged, and no write is half done',
    async (ms) => {
      const data = newFolder()
      const acknowledged = await writeAndKill(data, ms)
      const db = await start({ data }, [streaming, table('Sums', {})])
      const { Item } = await db.call('GetItem', { TableName: 'Sums', Key: { id: { S: 'notes' } } })
      const written = Number((Item as { n: { N: string } }).n.N)
      expect(written).toBeGreaterThanOrEqual(acknowledged)
      expect(written).toBeLessThanOrEqual(acknowledged + 1)
      const ids = Array.from({ length: written }, (_, index) => String(index + 1))
      expect(await streamed(db)).toEqual(ids)
      for (const id of [...ids.slice(0, 50), ...ids.slice(-50)])
        expect(await get(db, id)).toEqual({ id: { S: id } })
      expect(await get(db, String(written + 1))).toBeUndefined()
    },
  )
})

describe('the database file', () => {
  it('that is none is named at once, with what to do', async () => {
    const data = newFolder()
    writeFileSync(
      join(data, 'dynamodb.db'),
      'this is no database, and long enough to be told from an empty one',
    )
    await expect(startDynamoDb([], { data })).rejects.toThrow(/dynamodb\.db is broken \(.+\): .*--reset\.$/)
  })
})

const run = (program: string, args: string[]): void => void execFileSync(program, args)

/** A disk of one's own can be had by root only. */
describe.runIf(process.getuid?.() === 0)('a disk without room', () => {
  it('fails writes as AWS does, keeps none by halves, and takes them again once there is room', async () => {
    const disk = newFolder()
    run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
    undo.push(() => run('umount', ['--lazy', disk]))
    const db = await start({ data: disk })
    await put(db, 'before')
    const filler = join(disk, 'filler')
    expect(() => {
      for (;;) appendFileSync(filler, Buffer.alloc(4096))
    }).toThrow('ENOSPC')
    const kept: string[] = ['before']
    let failed: unknown
    for (let count = 0; failed === undefined; count++)
      await put(db, `full ${count}`).then(
        () => kept.push(`full ${count}`),
        (error: unknown) => (failed = error),
      )
    expect(failed).toMatchObject({ code: 'InternalServerError', status: 500 })
    expect(await get(db, 'before')).toBeDefined()
    rmSync(filler)
    await put(db, 'after')
    expect(await streamed(db)).toEqual([...kept, 'after'])
    expect((await db.call('Scan', { TableName: 'Notes' })).Count).toBe(kept.length + 1)
  })
})

describe('a DynamoDB that somebody else runs', () => {
  async function serve(): Promise<{ endpoint: string; close: () => Promise<void> }> {
    const other = await start({}, [])
    const { listener } = createGateway({
      services: [other.service, other.streams],
      authenticate: () => operator,
      call: (...call) => other.context.call(...call),
    })
    const { origin, close } = await listenOnLoopback(listener, 0)
    return { endpoint: origin, close }
  }

  it('is used by its endpoint, streams included', async () => {
    const { endpoint, close } = await serve()
    const db = await start({ endpoint })
    await put(db, 'a')
    expect(await get(db, 'a')).toEqual({ id: { S: 'a' } })
    const { StreamArn } = streaming.attributes
    const { StreamDescription } = await db.callStreams('DescribeStream', { StreamArn })
    expect(StreamDescription).toMatchObject({ StreamArn, StreamViewType: 'KEYS_ONLY' })
    expect((await db.callStreams('ListStreams', {})).Streams).toMatchObject([{ StreamArn }])
    expect(await streamed(db)).toEqual(['a'])
    await close()
    await expect(put(db, 'b')).rejects.toMatchObject({ code: 'InternalServerError' })
  })

  it('must answer at the start', async () => {
    await expect(startDynamoDb([], { endpoint: 'http://127.0.0.1:9' })).rejects.toThrow(
      'No DynamoDB answers at http://127.0.0.1:9.',
    )
  })
})
