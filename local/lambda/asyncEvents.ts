import type { CloudContext } from '../aws/context.ts'
import { AwsError } from '../aws/error.ts'
import type { Accept } from './actions/invoke.ts'
import { deliverOutcome, type AsyncSettings } from './destinations.ts'
import type { Answer, Functions } from './functions.ts'
import { backoff } from './sources/source.ts'
import type { AsyncEvent, LambdaStore } from './store.ts'

/** Milliseconds before the second and third attempt at an event whose function failed, as AWS documents. */
const retryDelays = [60_000, 120_000]
/** A throttled event is tried again after 1 s, doubling to 5 minutes. */
const firstThrottle = 1000
const longestThrottle = 300_000

export interface AsyncEvents {
  readonly accept: Accept
  /** Takes up what was accepted and not done before the last stop. */
  start(): void
  stop(): Promise<void>
}

/** The queue of asynchronous invocations: accepted events are on disk until they are done or given up. */
export function createAsyncEvents(
  context: CloudContext,
  functions: Functions,
  store: LambdaStore,
  settingsOf: (functionName: string, qualifier: string | undefined) => AsyncSettings,
): AsyncEvents {
  const { clock } = context
  const alarms = new Set<() => void>()
  const underWay = new Set<Promise<void>>()
  let stopped = false

  function schedule(event: AsyncEvent, throttles = 0): void {
    if (stopped) return
    if (event.due <= clock.now()) {
      run(event, throttles)
      return
    }
    const cancel = clock.at(event.due, () => {
      alarms.delete(cancel)
      run(event, throttles)
    })
    alarms.add(cancel)
  }

  function run(event: AsyncEvent, throttles: number): void {
    if (stopped) return
    const work = attempt(event, throttles).finally(() => underWay.delete(work))
    underWay.add(work)
  }

  async function attempt(event: AsyncEvent, throttles: number): Promise<void> {
    const settings = settingsOf(event.functionName, event.qualifier)
    if (clock.now() - event.acceptedAt > settings.maximumAge)
      return finish(event, settings, undefined, 'EventAgeExceeded')
    try {
      const name = { name: event.functionName, qualifier: event.qualifier }
      const answer = await functions.invoke(name, event.payload, { requestId: event.id })
      if (stopped) return
      if (!answer.functionError) {
        await finish(event, settings, answer, 'Success')
        return
      }
      if (event.attempts >= settings.maximumRetries) {
        await finish(event, settings, answer, 'RetriesExhausted')
        return
      }
      retry(event, event.attempts + 1, retryDelays[event.attempts] ?? 0, 0)
    } catch (error) {
      if (stopped) return
      if (error instanceof AwsError && error.status === 404) store.removeEvent(event.id)
      else retry(event, event.attempts, backoff(throttles + 1, firstThrottle, longestThrottle), throttles + 1)
    }
  }

  function retry(event: AsyncEvent, attempts: number, delay: number, throttles: number): void {
    const due = clock.now() + delay
    store.retryEvent(event.id, attempts, due)
    schedule({ ...event, attempts, due }, throttles)
  }

  async function finish(
    event: AsyncEvent,
    settings: AsyncSettings,
    answer: Answer | undefined,
    condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded',
  ): Promise<void> {
    await deliverOutcome(context, functions, event, settings, answer, condition)
    if (!stopped) store.removeEvent(event.id)
  }

  return {
    accept({ name, qualifier }, payload, requestId) {
      const now = clock.now()
      const event = {
        id: requestId,
        functionName: name,
        qualifier,
        payload,
        acceptedAt: now,
        attempts: 0,
        due: now,
      }
      store.addEvent(event)
      setImmediate(() => schedule(event))
    },
    start() {
      stopped = false
      for (const event of store.events()) schedule(event)
    },
    async stop() {
      stopped = true
      for (const cancel of alarms) cancel()
      await Promise.all(underWay)
    },
  }
}
