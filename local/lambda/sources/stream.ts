import { record, records, text } from '../../aws/input.ts'
import type { LambdaStore } from '../store.ts'
import { positionKey, readShard, type ShardReader } from './shard.ts'
import { backoff, noteProblem, pause, principalOf, type Source, type SourceContext } from './source.ts'
import { streamRecord } from './streamRecord.ts'

type OnStreamRecords = (streamArn: string, listener: () => void) => () => void

/** Reads all shards of a DynamoDB stream; a shard waits for its parent to be read to the end. */
export function readStream(
  source: SourceContext,
  store: LambdaStore,
  onStreamRecords: OnStreamRecords,
): Source {
  const { context, mapping } = source
  const stopping = new AbortController()
  const readers = new Map<string, ShardReader>()
  const ended = new Set<string>()
  let finding: Promise<void> | undefined

  const call = (action: string, input: object): Promise<unknown> =>
    context.call('dynamodbstreams', action, input, principalOf(source))

  async function findShards(): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures++) {
      try {
        await startReaders()
        return
      } catch (error) {
        noteProblem(source, error)
        await pause(context, backoff(failures, 1000, 60_000), stopping.signal)
      }
    }
  }

  async function startReaders(): Promise<void> {
    const answer = record(await call('DescribeStream', { StreamArn: mapping.sourceArn })) ?? {}
    const shards = records(record(answer.StreamDescription)?.Shards)
    const ids = new Set(shards.map((shard) => text(shard, 'ShardId')))
    for (const shard of shards) {
      const id = text(shard, 'ShardId') ?? ''
      const parent = text(shard, 'ParentShardId')
      const ready = parent === undefined || !ids.has(parent) || ended.has(parent)
      if (readers.has(id) || ended.has(id) || !ready) continue
      await settleStart(id)
      if (stopping.signal.aborted) return
      const reader = readShard(source, store, id, () => onEnd(id))
      readers.set(id, reader)
      reader.wake()
    }
  }

  /** LATEST means: from the first start on. Where that was is kept, so that a restart misses nothing. */
  async function settleStart(shardId: string): Promise<void> {
    const key = positionKey(mapping)
    if (mapping.stream.startingPosition === 'TRIM_HORIZON' || store.position(key, shardId)) return
    store.savePosition(key, shardId, { checkpoint: await endOf(shardId), lanes: [] })
  }

  async function endOf(ShardId: string): Promise<string | undefined> {
    const from = { StreamArn: mapping.sourceArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
    let iterator = text(record(await call('GetShardIterator', from)) ?? {}, 'ShardIterator')
    let last: string | undefined
    while (iterator !== undefined && !stopping.signal.aborted) {
      const answer = record(await call('GetRecords', { ShardIterator: iterator })) ?? {}
      const read = records(answer.Records).map((each) => streamRecord(each, mapping.sourceArn))
      if (read.length === 0) break
      last = read.at(-1)?.sequence ?? last
      iterator = text(answer, 'NextShardIterator')
    }
    return last
  }

  function onEnd(shardId: string): void {
    readers.delete(shardId)
    ended.add(shardId)
    find()
  }

  function find(): void {
    finding = (finding ?? Promise.resolve()).then(findShards)
  }

  const unsubscribe = onStreamRecords(mapping.sourceArn, () => {
    for (const reader of readers.values()) reader.wake()
  })
  find()

  return {
    async stop() {
      unsubscribe()
      stopping.abort()
      await finding
      await Promise.all([...readers.values()].map((reader) => reader.stop()))
    },
  }
}
