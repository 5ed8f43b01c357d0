import { AwsError } from '../aws/error.ts'
import type { CloudContext } from '../aws/context.ts'
import type { EventsStore, PendingDelivery } from './store.ts'
import { queueUrlOf, type Delivery } from './target.ts'

export interface Deliveries {
  /** Makes calls that the store keeps already. */
  begin(pending: readonly PendingDelivery[]): void
  /** Takes up what was not done before the last stop. */
  start(): void
  stop(): Promise<void>
}

const firstRetry = 1000
const longestRetry = 300_000

/** Calls targets, again when they fail for a while, until it worked or the retry policy is used up. */
export function createDeliveries(context: CloudContext, store: EventsStore): Deliveries {
  const { clock } = context
  const alarms = new Set<() => void>()
  const underWay = new Set<Promise<void>>()
  let running = false

  function schedule(pending: PendingDelivery): void {
    if (!running) return
    if (pending.due <= clock.now()) {
      const work = attempt(pending).finally(() => underWay.delete(work))
      underWay.add(work)
      return
    }
    const cancel = clock.at(pending.due, () => {
      alarms.delete(cancel)
      schedule({ ...pending, due: clock.now() })
    })
    alarms.add(cancel)
  }

  async function attempt(pending: PendingDelivery): Promise<void> {
    const { delivery } = pending
    try {
      await context.call(delivery.service, delivery.action, delivery.request, delivery.principal)
      count(delivery, 'Invocations')
      store.remove(delivery.id)
    } catch (error) {
      if (!running) return
      if (isRepeat(error)) store.remove(delivery.id)
      else await failed(pending, error)
    }
  }

  async function failed(pending: PendingDelivery, error: unknown): Promise<void> {
    const { delivery, acceptedAt, attempts } = pending
    const delay = Math.min(longestRetry, firstRetry * 2 ** Math.min(attempts, 20))
    const due = clock.now() + delay
    const exhausted = !isPassing(error)
      ? 'NonRetryable'
      : attempts >= delivery.maximumRetries
        ? 'MaximumRetryAttempts'
        : due - acceptedAt > delivery.maximumAge
          ? 'MaximumEventAgeInSeconds'
          : undefined
    if (exhausted === undefined) {
      store.retry(delivery.id, attempts + 1, due)
      schedule({ ...pending, attempts: attempts + 1, due })
      return
    }
    await giveUp(delivery, attempts, error, exhausted)
    if (running) store.remove(delivery.id)
  }

  async function giveUp(
    delivery: Delivery,
    attempts: number,
    error: unknown,
    condition: string,
  ): Promise<void> {
    const { code, message } =
      error instanceof AwsError ? error : { code: 'InternalError', message: String(error) }
    count(delivery, 'FailedInvocations')
    const about = { at: clock.now(), service: 'events', subject: delivery.sourceArn }
    context.report({
      ...about,
      what: 'DeliveryFailed',
      input: { target: delivery.targetArn, message },
      error: code,
    })
    if (delivery.deadLetterArn === undefined) return
    const text = (StringValue: string): object => ({ DataType: 'String', StringValue })
    const source = delivery.meter.namespace === 'AWS/Events' ? 'RULE_ARN' : 'SCHEDULE_ARN'
    const MessageAttributes = {
      [source]: text(delivery.sourceArn),
      TARGET_ARN: text(delivery.targetArn),
      ERROR_CODE: text(code),
      ERROR_MESSAGE: text(message),
      ...(condition === 'NonRetryable' ? {} : { EXHAUSTED_RETRY_CONDITION: text(condition) }),
      RETRY_ATTEMPTS: text(String(attempts)),
    }
    const QueueUrl = queueUrlOf(context, delivery.deadLetterArn)
    try {
      await context.call(
        'sqs',
        'SendMessage',
        { QueueUrl, MessageBody: delivery.payload, MessageAttributes },
        delivery.deadLetterPrincipal,
      )
      count(delivery, 'InvocationsSentToDlq')
    } catch (failure) {
      count(delivery, 'InvocationsFailedToBeSentToDlq')
      const code = failure instanceof AwsError ? failure.code : 'InternalError'
      context.report({
        ...about,
        what: 'DeadLetterFailed',
        input: { queue: delivery.deadLetterArn },
        error: code,
      })
    }
  }

  function count({ meter }: Delivery, name: string): void {
    context.metric({ ...meter, name, value: 1, unit: 'Count', at: clock.now() })
  }

  return {
    begin(pending) {
      for (const each of pending) schedule(each)
    },
    start() {
      running = true
      for (const pending of store.pending()) schedule(pending)
    },
    async stop() {
      running = false
      for (const cancel of alarms) cancel()
      await Promise.all(underWay)
    },
  }
}

/** Worth another attempt: throttling and the target's own failures; not a missing permission or target. */
function isPassing(error: unknown): boolean {
  return (
    !(error instanceof AwsError) ||
    error.status >= 500 ||
    error.status === 429 ||
    /Throttl|TooManyRequests|LimitExceeded/.test(error.code)
  )
}

/** The execution that an earlier attempt of the same delivery started. */
function isRepeat(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'ExecutionAlreadyExists'
}
