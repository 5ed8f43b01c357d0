import { number, record, records, text } from '../../aws/input.ts'
import type { CloudContext } from '../../aws/context.ts'
import type { Input } from '../../aws/service.ts'
import { actionsOf, type Alarm, type AlarmStatus } from './alarm.ts'

const regions: Readonly<Record<string, string>> = { 'us-east-1': 'US East (N. Virginia)' }

/** What an alarm publishes to a topic. */
export function notification(
  { place }: CloudContext,
  alarm: Alarm,
  before: AlarmStatus,
  after: AlarmStatus,
): { Subject: string; Message: string } {
  const region = regions[place.region] ?? place.region
  const { config } = alarm
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: text(config, 'AlarmDescription') ?? null,
    AWSAccountId: place.account,
    AlarmConfigurationUpdatedTimestamp: stamp(alarm.configured),
    NewStateValue: after.value,
    NewStateReason: after.reason,
    StateChangeTime: stamp(after.transitioned),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: before.value,
    OKActions: actionsOf(config, 'OK'),
    AlarmActions: actionsOf(config, 'ALARM'),
    InsufficientDataActions: actionsOf(config, 'INSUFFICIENT_DATA'),
    ...(alarm.kind === 'composite' ? { AlarmRule: text(config, 'AlarmRule') } : { Trigger: trigger(config) }),
  }
  return { Subject: subject(after.value, alarm.name, region), Message: JSON.stringify(message) }
}

/** SNS takes 100 characters. */
function subject(state: string, name: string, region: string): string {
  const room = 100 - `${state}: "" in ${region}`.length
  const shown = name.length > room ? `${name.slice(0, room - 3)}...` : name
  return `${state}: "${shown}" in ${region}`
}

/** `2026-12-31T23:59:59.000+0000`. */
function stamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000')
}

function trigger(config: Input): object {
  const statistic = text(config, 'Statistic')
  const extended = text(config, 'ExtendedStatistic')
  const metric = {
    MetricName: text(config, 'MetricName'),
    Namespace: text(config, 'Namespace'),
    StatisticType: extended === undefined ? 'Statistic' : 'ExtendedStatistic',
    ...(extended === undefined ? { Statistic: snakeCase(statistic ?? '') } : { ExtendedStatistic: extended }),
    Unit: text(config, 'Unit') ?? null,
    Dimensions: records(config.Dimensions).map((each) => ({
      value: text(each, 'Value'),
      name: text(each, 'Name'),
    })),
    Period: number(config, 'Period'),
  }
  const dataPoints = number(config, 'DatapointsToAlarm')
  return {
    ...(config.Metrics === undefined ? metric : { Metrics: config.Metrics }),
    EvaluationPeriods: number(config, 'EvaluationPeriods'),
    ...(dataPoints !== undefined && { DatapointsToAlarm: dataPoints }),
    ComparisonOperator: text(config, 'ComparisonOperator'),
    Threshold: number(config, 'Threshold'),
    TreatMissingData: text(config, 'TreatMissingData') ?? '',
    EvaluateLowSampleCountPercentile: text(config, 'EvaluateLowSampleCountPercentile') ?? '',
  }
}

/** `SampleCount` -> `SAMPLE_COUNT`. */
function snakeCase(word: string): string {
  return word.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
}

/** `detail` of EventBridge's event, and `alarmData` of the event that functions get. */
export function eventDetail(alarm: Alarm, before: AlarmStatus): object {
  const description = text(alarm.config, 'AlarmDescription')
  return {
    alarmName: alarm.name,
    state: eventState(alarm.status),
    previousState: eventState(before),
    configuration: {
      ...(description !== undefined && { description }),
      ...(alarm.kind === 'composite'
        ? { alarmRule: text(alarm.config, 'AlarmRule') }
        : { metrics: eventMetrics(alarm) }),
    },
  }
}

function eventState({ value, reason, reasonData, updated }: AlarmStatus): object {
  return { value, reason, ...(reasonData && { reasonData }), timestamp: stamp(updated) }
}

function eventMetrics({ config }: Alarm): object[] {
  const stat = (id: string | undefined, input: Input, metric: Input, returnData: boolean): object => ({
    id,
    metricStat: {
      metric: {
        namespace: text(metric, 'Namespace'),
        name: text(metric, 'MetricName'),
        dimensions: Object.fromEntries(
          records(metric.Dimensions).map((each) => [text(each, 'Name') ?? '', text(each, 'Value')]),
        ),
      },
      period: number(input, 'Period'),
      stat: text(input, 'Stat') ?? text(input, 'Statistic') ?? text(input, 'ExtendedStatistic'),
    },
    returnData,
  })
  if (config.Metrics === undefined) return [stat('m1', config, config, true)]
  return records(config.Metrics).map((query) => {
    const id = text(query, 'Id')
    const returnData = query.ReturnData !== false
    const inner = record(query.MetricStat)
    if (inner) return stat(id, inner, record(inner.Metric) ?? {}, returnData)
    return { id, expression: text(query, 'Expression'), label: text(query, 'Label'), returnData }
  })
}

/** What a function gets that is an alarm's action. */
export function functionEvent({ place }: CloudContext, alarm: Alarm, before: AlarmStatus): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: place.account,
    time: stamp(alarm.status.updated),
    region: place.region,
    alarmData: eventDetail(alarm, before),
  }
}
