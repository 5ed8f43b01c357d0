import { records, text } from '../../aws/input.ts'
import { operator } from '../../aws/principal.ts'
import type { Action, Input, Service } from '../../aws/service.ts'
import { fakeClock, type FakeClock } from '../../testing/clock.ts'
import { testContext, type TestContext } from '../../testing/context.ts'
import { createCloudWatch, type AlarmStateChange, type CloudWatch } from '../index.ts'

export const topic = 'arn:aws:sns:us-east-1:000000000000:alarms'

export interface TestCloudWatch extends AsyncDisposable {
  readonly context: TestContext
  readonly clock: FakeClock
  readonly cloudwatch: CloudWatch
  /** What alarms published. */
  readonly published: Input[]
  readonly changes: AlarmStateChange[]
  call(action: string, input: object): Promise<Record<string, unknown>>
  /** An alarm over the metric `size` of namespace `Things`, by the minute, unless `more` says otherwise. */
  putAlarm(name: string, more?: object): Promise<void>
  /** One value of the metric `size`, now. */
  put(value: number, more?: { name?: string; dimensions?: Record<string, string>; unit?: string }): void
  /** The state and reason of an alarm. */
  state(name: string): Promise<{ value: unknown; reason: unknown }>
  /** A log event, as CloudWatch Logs would tell of it. */
  log(message: string): void
}

/** A topic service that only takes note; `failure` makes it refuse. */
function sns(published: Input[], failure: () => Error | undefined): Service {
  const publish: Action = {
    permissions: () => [],
    run(input) {
      const error = failure()
      if (error) throw error
      published.push(input)
      return { MessageId: 'm' }
    },
  }
  return { name: 'sns', actions: { Publish: publish }, resourceTypes: {}, deploy: () => Promise.resolve() }
}

export async function startCloudWatch(
  options: { data?: string; clock?: FakeClock; publishFailure?: () => Error | undefined } = {},
): Promise<TestCloudWatch> {
  const clock = options.clock ?? fakeClock()
  const published: Input[] = []
  const changes: AlarmStateChange[] = []
  const context = testContext({
    clock,
    services: () => services,
    ...(options.data && { data: options.data }),
  })
  let listener: (events: { message: string; at: number }[]) => void = () => undefined
  const cloudwatch = createCloudWatch(context, {
    logs: { onEvents: (each) => void (listener = each) },
    onAlarmState: (change) => void changes.push(change),
  })
  const services = [cloudwatch.service, sns(published, options.publishFailure ?? (() => undefined))]
  await cloudwatch.service.start?.()
  const call = async (action: string, input: object): Promise<Record<string, unknown>> =>
    (await context.call('monitoring', action, input, operator)) as Record<string, unknown>
  return {
    context,
    clock,
    cloudwatch,
    published,
    changes,
    call,
    async putAlarm(name, more = {}) {
      const metric = { Namespace: 'Things', MetricName: 'size', Statistic: 'Sum', Period: 60 }
      const over = 'Metrics' in more || 'AlarmRule' in more ? {} : metric
      const rule = { EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: 'GreaterThanThreshold' }
      const actions = { AlarmActions: [topic], OKActions: [topic] }
      await call('PutMetricAlarm', { AlarmName: name, ...over, ...rule, ...actions, ...more })
    },
    put(value, { name = 'size', dimensions = {}, unit = 'Count' } = {}) {
      cloudwatch.put({ namespace: 'Things', name, dimensions, value, unit, at: clock.now() })
    },
    async state(name) {
      const answer = await call('DescribeAlarms', { AlarmNames: [name] })
      const [alarm] = [...records(answer.MetricAlarms), ...records(answer.CompositeAlarms)]
      return { value: alarm && text(alarm, 'StateValue'), reason: alarm && text(alarm, 'StateReason') }
    },
    log: (message) => listener([{ message, at: clock.now() }]),
    async [Symbol.asyncDispose]() {
      await cloudwatch.service.stop?.()
      context.cleanup()
    },
  }
}
