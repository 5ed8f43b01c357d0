import { number, text } from '../../aws/input.ts'
import { actionsEnabled, actionsOf, type Alarm } from '../alarms/alarm.ts'

/** An alarm as DescribeAlarms shows it. */
export function described(alarm: Alarm): object {
  const { config, status } = alarm
  const shown = Object.fromEntries(Object.entries(config).filter(([name]) => name !== 'Tags'))
  return {
    ...shown,
    ...(alarm.kind === 'metric' && figures(alarm)),
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: alarm.configured / 1000,
    ActionsEnabled: actionsEnabled(config),
    OKActions: actionsOf(config, 'OK'),
    AlarmActions: actionsOf(config, 'ALARM'),
    InsufficientDataActions: actionsOf(config, 'INSUFFICIENT_DATA'),
    StateValue: status.value,
    StateReason: status.reason,
    ...(status.reasonData && { StateReasonData: status.reasonData }),
    StateUpdatedTimestamp: status.updated / 1000,
    StateTransitionedTimestamp: status.transitioned / 1000,
  }
}

/** Templates may have written numbers as text. */
function figures({ config }: Alarm): object {
  const names = ['Period', 'EvaluationPeriods', 'DatapointsToAlarm', 'Threshold']
  const numbers = names.map((name) => [name, number(config, name)] as const)
  const single = config.Metrics === undefined && text(config, 'MetricName') !== undefined
  return {
    Dimensions: single ? (config.Dimensions ?? []) : [],
    ...Object.fromEntries(numbers.filter(([, value]) => value !== undefined)),
  }
}
