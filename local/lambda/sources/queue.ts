import { record, records, text } from '../../aws/input.ts'
import { failedItems } from './batchResponse.ts'
import { filterable, queueRecord, type QueueRecord } from './queueRecord.ts'
import {
  backoff,
  isThrottle,
  noteProblem,
  pause,
  principalOf,
  type Source,
  type SourceContext,
} from './source.ts'

/** Batches that are under way at a time when the mapping sets no MaximumConcurrency. */
const usualConcurrency = 10
const longestPoll = 20
/** Lambda keeps an event below the 6 MB of a synchronous payload. */
const largestBatch = 6_000_000

/** Polls a queue and invokes the function with batches of its messages. */
export function pollQueue(source: SourceContext): Source {
  const { context, functions, mapping } = source
  const { clock, place } = context
  const stopping = new AbortController()
  const stopped = (): boolean => stopping.signal.aborted
  const most = mapping.maximumConcurrency ?? usualConcurrency
  const QueueUrl = `${place.awsEndpoint}/${place.account}/${mapping.sourceArn.slice(mapping.sourceArn.lastIndexOf(':') + 1)}`
  const underWay = new Set<Promise<void>>()

  const callQueue = (action: string, input: object, signal?: AbortSignal): Promise<unknown> =>
    context.call('sqs', action, { QueueUrl, ...input }, principalOf(source), signal)

  async function poll(): Promise<void> {
    let failures = 0
    while (!stopped()) {
      if (underWay.size >= most) {
        await Promise.race(underWay)
        continue
      }
      try {
        for (const batch of chunks(await gather())) dispatch(batch)
        failures = 0
      } catch (error) {
        if (stopped()) return
        noteProblem(source, error)
        await pause(context, backoff(++failures, 1000, 60_000), stopping.signal)
      }
    }
  }

  function dispatch(batch: QueueRecord[]): void {
    const done = process(batch)
      .catch((error: unknown) => noteProblem(source, error))
      .finally(() => underWay.delete(done))
    underWay.add(done)
  }

  /** One batch: what the first successful poll brings and, with a batching window, what follows within it. */
  async function gather(): Promise<QueueRecord[]> {
    const batch = await receive(mapping.batchSize, longestPoll, stopping.signal)
    if (batch.length === 0 || mapping.window === 0) return batch
    const end = clock.now() + mapping.window
    while (batch.length < mapping.batchSize && clock.now() < end && !stopping.signal.aborted) {
      const windowOver = new AbortController()
      const cancel = clock.at(end, () => windowOver.abort())
      const signal = AbortSignal.any([stopping.signal, windowOver.signal])
      const wait = Math.min(longestPoll, Math.ceil((end - clock.now()) / 1000))
      batch.push(...(await receive(mapping.batchSize - batch.length, wait, signal)))
      cancel()
    }
    return batch
  }

  async function receive(
    wanted: number,
    WaitTimeSeconds: number,
    signal: AbortSignal,
  ): Promise<QueueRecord[]> {
    const MaxNumberOfMessages = Math.min(10, wanted)
    const names = { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] }
    try {
      const answer = await callQueue(
        'ReceiveMessage',
        { MaxNumberOfMessages, WaitTimeSeconds, ...names },
        signal,
      )
      return records(record(answer)?.Messages).map((each) =>
        queueRecord(each, mapping.sourceArn, place.region),
      )
    } catch (error) {
      if (signal.aborted) return []
      throw error
    }
  }

  async function process(batch: readonly QueueRecord[]): Promise<void> {
    const Records = batch.filter((each) => mapping.wanted(filterable(each)))
    await remove(batch.filter((each) => !Records.includes(each)))
    if (Records.length === 0) return
    const answer = await invoke(JSON.stringify({ Records }))
    if (!answer) return
    if (answer.functionError) {
      source.noteResult('PROBLEM: Function call failed')
      return
    }
    source.noteResult('OK')
    const ids = new Set(Records.map((each) => each.messageId))
    const failed = mapping.reportsItemFailures ? failedItems(answer.payload, ids) : new Set<string>()
    if (failed !== 'all') await remove(Records.filter((each) => !failed.has(each.messageId)))
  }

  /** Tries again while the function is throttled and the messages are still ours; undefined when they are not. */
  async function invoke(payload: string): Promise<Awaited<ReturnType<typeof functions.invoke>> | undefined> {
    const received = clock.now()
    for (let throttles = 1; ; throttles++) {
      try {
        return await functions.invoke(mapping.target, payload)
      } catch (error) {
        if (!isThrottle(error)) throw error
        source.noteResult('PROBLEM: Function call was throttled')
        const wait = backoff(throttles, 250, 10_000)
        if (stopping.signal.aborted || clock.now() + wait - received >= (await visibility())) return undefined
        await pause(context, wait, stopping.signal)
      }
    }
  }

  async function visibility(): Promise<number> {
    const answer = await callQueue('GetQueueAttributes', { AttributeNames: ['VisibilityTimeout'] })
    return Number(text(record(record(answer)?.Attributes) ?? {}, 'VisibilityTimeout') ?? 30) * 1000
  }

  /** Deletes what is done. A message that cannot be deleted comes again, as on AWS. */
  async function remove(done: readonly QueueRecord[]): Promise<void> {
    for (let at = 0; at < done.length; at += 10) {
      const Entries = done.slice(at, at + 10).map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
      }))
      await callQueue('DeleteMessageBatch', { Entries })
    }
  }

  const polling = poll()
  return {
    async stop() {
      stopping.abort()
      await polling
      await Promise.all(underWay)
    },
  }
}

function* chunks(batch: readonly QueueRecord[]): Generator<QueueRecord[]> {
  let chunk: QueueRecord[] = []
  let bytes = 0
  for (const each of batch) {
    const size = Buffer.byteLength(each.body) + 1000
    if (chunk.length > 0 && bytes + size > largestBatch) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(each)
    bytes += size
  }
  if (chunk.length > 0) yield chunk
}
