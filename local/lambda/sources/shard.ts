import { record, records, text } from '../../aws/input.ts'
import { AwsError } from '../../aws/error.ts'
import type { LambdaStore } from '../store.ts'
import type { Mapping } from './mapping.ts'
import { createProgress } from './progress.ts'
import { backoff, noteProblem, pause, principalOf, type SourceContext } from './source.ts'
import { processBatch } from './streamBatch.ts'
import { laneOf, streamRecord, type StreamRecord } from './streamRecord.ts'

const mostPerRead = 1000
/** Bytes of records from which an answer may have ended because of its size (1 MB) and not because nothing is left. */
const longAnswer = 500_000

/** Milliseconds for which positions are gathered: what was done in the last of them before a kill is done again. */
const gather = 20

/** Records whose keys share a hash; a lane handles one batch at a time. */
interface Lane {
  readonly index: number
  readonly waiting: StreamRecord[]
  running: boolean
  /** Ends the wait of the batching window. */
  full?: (() => void) | undefined
}

export interface ShardReader {
  /** There may be new records. */
  wake(): void
  stop(): Promise<void>
}

/**
 * Reads one shard and hands its records to the function, in order within each lane. `onEnd` runs when the shard is
 * closed and read to its end.
 */
export function readShard(
  source: SourceContext,
  store: LambdaStore,
  shardId: string,
  onEnd: () => void,
): ShardReader {
  const { context, mapping } = source
  const key = positionKey(mapping)
  const laneCount = mapping.stream.parallelization
  const stopping = new AbortController()
  const progress = createProgress(store.position(key, shardId), laneCount)
  const lanes = Array.from({ length: laneCount }, (_, index): Lane => ({
    index,
    waiting: [],
    running: false,
  }))
  const underWay = new Set<Promise<void>>()
  /** Enough to fill every lane's next batches; more is left in the stream. */
  const mostOpen = Math.max(mostPerRead, 2 * laneCount * mapping.batchSize)
  let iterator: string | undefined
  let lastRead: string | undefined
  let reading: Promise<void> | undefined
  let again = false
  let paused = false
  let ended = false
  let saving: NodeJS.Timeout | undefined

  const call = (action: string, input: object): Promise<unknown> =>
    context.call('dynamodbstreams', action, input, principalOf(source))

  const stopped = (): boolean => stopping.signal.aborted
  /** `again` may have been set while a read waited for its answer. */
  const wokenMeanwhile = (): boolean => again

  function wake(): void {
    again = true
    if (stopping.signal.aborted || ended) return
    reading ??= readOn().finally(() => {
      reading = undefined
      if (again) wake()
    })
  }

  async function readOn(): Promise<void> {
    let failures = 0
    while (!stopped() && !ended) {
      again = false
      paused = progress.open() >= mostOpen
      if (paused) return
      try {
        const more = await readOnce()
        failures = 0
        if (!more && !wokenMeanwhile()) return
      } catch (error) {
        iterator = undefined
        if (!isLostIterator(error)) noteProblem(source, error)
        await pause(context, backoff(++failures, 1000, 60_000), stopping.signal)
      }
    }
  }

  /** Answers whether there may be more. */
  async function readOnce(): Promise<boolean> {
    iterator ??= await iteratorAfter(lastRead ?? progress.checkpoint)
    const answer = record(await call('GetRecords', { ShardIterator: iterator, Limit: mostPerRead })) ?? {}
    iterator = text(answer, 'NextShardIterator')
    const read = records(answer.Records).map((each) => streamRecord(each, mapping.sourceArn))
    const skipped = read.map(take).includes('skipped')
    if (skipped) save()
    for (const lane of lanes) run(lane)
    if (iterator === undefined) {
      ended = true
      endIfDone()
    }
    return read.length >= mostPerRead || read.reduce((sum, { bytes }) => sum + bytes, 0) >= longAnswer
  }

  async function iteratorAfter(sequence: string | undefined): Promise<string | undefined> {
    const where =
      sequence === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequence }
    const StreamArn = mapping.sourceArn
    try {
      const answer = await call('GetShardIterator', { StreamArn, ShardId: shardId, ...where })
      return text(record(answer) ?? {}, 'ShardIterator')
    } catch (error) {
      const trimmed = error instanceof AwsError && error.code === 'TrimmedDataAccessException'
      if (!trimmed || sequence === undefined) throw error
      return iteratorAfter(undefined)
    }
  }

  function take(each: StreamRecord): 'waits' | 'skipped' {
    lastRead = each.sequence
    progress.read(each.sequence)
    const lane = lanes[laneOf(each.key, laneCount)]
    if (!lane || progress.isDone(each.sequence, lane.index)) progress.done([each.sequence])
    else if (mapping.wanted(each.event)) {
      lane.waiting.push(each)
      if (lane.waiting.length >= mapping.batchSize) lane.full?.()
      return 'waits'
    } else progress.done([each.sequence], lane.running || lane.waiting.length > 0 ? undefined : lane.index)
    return 'skipped'
  }

  function save(): void {
    saving ??= setTimeout(saveNow, gather)
  }

  function saveNow(): void {
    if (saving === undefined) return
    clearTimeout(saving)
    saving = undefined
    store.savePosition(key, shardId, progress.position())
  }

  function run(lane: Lane): void {
    if (lane.running || lane.waiting.length === 0 || stopping.signal.aborted) return
    lane.running = true
    const work = runLane(lane).finally(() => {
      lane.running = false
      underWay.delete(work)
      run(lane)
      endIfDone()
    })
    underWay.add(work)
  }

  async function runLane(lane: Lane): Promise<void> {
    if (mapping.window > 0 && lane.waiting.length < mapping.batchSize) await windowOf(lane)
    const batch = lane.waiting.splice(0, mapping.batchSize)
    const done = (finished: readonly StreamRecord[]): void => {
      if (finished.length === 0) return
      const sequences = finished.map((each) => each.sequence)
      progress.done(sequences, lane.index)
      save()
    }
    await processBatch(source, shardId, batch, done, stopping.signal)
    if (paused && progress.open() < mostOpen / 2) wake()
  }

  /** Until the batching window is over or the batch is full. */
  async function windowOf(lane: Lane): Promise<void> {
    const full = new AbortController()
    lane.full = () => full.abort()
    await pause(context, mapping.window, AbortSignal.any([stopping.signal, full.signal]))
    lane.full = undefined
  }

  function endIfDone(): void {
    if (ended && progress.open() === 0 && !stopping.signal.aborted) onEnd()
  }

  return {
    wake,
    async stop() {
      stopping.abort()
      await reading
      await Promise.all(underWay)
      saveNow()
    },
  }
}

/** A stream that was made anew counts from the start. */
export function positionKey(mapping: Mapping): string {
  return `${mapping.uuid}@${mapping.sourceArn}`
}

function isLostIterator(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'ExpiredIteratorException'
}
