import type { Answer } from '../functions.ts'
import { failedItems } from './batchResponse.ts'
import { failureMessage, sendTo, type Condition } from './failureDestination.ts'
import { backoff, isThrottle, noteProblem, pause, principalOf, type SourceContext } from './source.ts'
import { sequenceOrder, type StreamRecord } from './streamRecord.ts'

/** Milliseconds between the attempts at a batch that fails, at first and at most. */
const firstRetry = 200
const longestRetry = 60_000
const deliveryAttempts = 5

/**
 * Invokes the function with `batch` until all of it is done or given up, as the mapping's settings say.
 * `done` is told of each record that is finished. Resolves early, with records left, only when stopped.
 */
export async function processBatch(
  source: SourceContext,
  shardId: string,
  batch: readonly StreamRecord[],
  done: (records: readonly StreamRecord[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const { context, functions, mapping } = source
  const { clock } = context
  const { bisect, maximumRetries, maximumAge } = mapping.stream
  const parts: (readonly StreamRecord[])[] = [batch]
  let attempts = 0
  let throttles = 0

  for (let records = parts.shift(); records && !signal.aborted; records = parts.shift()) {
    const fresh = await dropOld(records)
    if (fresh.length === 0) continue
    const answer = await attempt(fresh)
    if (!answer) {
      parts.unshift(fresh)
      continue
    }
    const failed = firstFailure(answer, fresh)
    done(fresh.slice(0, failed))
    const rest = fresh.slice(failed)
    if (rest.length === 0) {
      source.noteResult('OK')
      attempts = 0
      continue
    }
    source.noteResult('PROBLEM: Function call failed')
    await failedAttempt(rest, failed > 0, answer)
  }

  async function attempt(records: readonly StreamRecord[]): Promise<Answer | undefined> {
    try {
      const payload = JSON.stringify({ Records: records.map((each) => each.event) })
      noteAge(records)
      const answer = await functions.invoke(mapping.target, payload)
      throttles = 0
      return answer
    } catch (error) {
      if (!isThrottle(error)) noteProblem(source, error)
      await pause(context, backoff(++throttles, firstRetry, longestRetry), signal)
      return undefined
    }
  }

  function firstFailure(answer: Answer, records: readonly StreamRecord[]): number {
    if (answer.functionError) return 0
    if (!mapping.reportsItemFailures) return records.length
    const failed = failedItems(answer.payload, new Set(records.map((each) => each.sequence)))
    if (failed === 'all') return 0
    const lowest = [...failed].sort(sequenceOrder)[0]
    return lowest === undefined ? records.length : records.findIndex((each) => each.sequence === lowest)
  }

  /** Splitting a batch does not use up a retry. */
  async function failedAttempt(
    rest: readonly StreamRecord[],
    partly: boolean,
    answer: Answer,
  ): Promise<void> {
    if (bisect && rest.length > 1 && !partly) {
      const middle = Math.ceil(rest.length / 2)
      parts.unshift(rest.slice(0, middle), rest.slice(middle))
      return
    }
    attempts++
    if (maximumRetries !== undefined && attempts > maximumRetries) {
      await giveUp(rest, 'RetryAttemptsExhausted', attempts, answer)
      attempts = 0
      return
    }
    parts.unshift(rest)
    await pause(context, backoff(attempts, firstRetry, longestRetry), signal)
  }

  async function dropOld(records: readonly StreamRecord[]): Promise<readonly StreamRecord[]> {
    if (maximumAge === undefined) return records
    const tooOld = records.filter((each) => clock.now() - each.created > maximumAge)
    if (tooOld.length > 0) await giveUp(tooOld, 'RecordAgeExceeded', attempts, undefined)
    return records.filter((each) => !tooOld.includes(each))
  }

  async function giveUp(
    records: readonly StreamRecord[],
    condition: Condition,
    invocations: number,
    answer: Answer | undefined,
  ): Promise<void> {
    const { functionArn, sourceArn: streamArn } = mapping
    const now = clock.now()
    const { onFailure } = mapping.stream
    if (onFailure !== undefined)
      await deliver(
        onFailure,
        failureMessage({ functionArn, streamArn, shardId, condition, invocations, answer, records, now }),
      )
    if (!signal.aborted) done(records)
  }

  async function deliver(destination: string, message: object): Promise<void> {
    for (let failures = 1; failures <= deliveryAttempts && !signal.aborted; failures++) {
      try {
        await sendTo(context, destination, message, principalOf(source))
        return
      } catch (error) {
        noteProblem(source, error)
        countFailedDelivery()
        await pause(context, backoff(failures, 1000, 10_000), signal)
      }
    }
  }

  function countFailedDelivery(): void {
    const dimensions = { FunctionName: mapping.target.name }
    const name = 'DestinationDeliveryFailures'
    context.metric({ namespace: 'AWS/Lambda', name, dimensions, value: 1, unit: 'Count', at: clock.now() })
  }

  function noteAge(records: readonly StreamRecord[]): void {
    const value = Math.max(0, clock.now() - (records.at(-1)?.created ?? clock.now()))
    const dimensions = { FunctionName: mapping.target.name }
    context.metric({
      namespace: 'AWS/Lambda',
      name: 'IteratorAge',
      dimensions,
      value,
      unit: 'Milliseconds',
      at: clock.now(),
    })
  }
}
