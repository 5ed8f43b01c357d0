import { AwsError } from '../../aws/error.ts'
import { number, text, texts } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { transaction } from '../../aws/store.ts'
import type { Alarm, AlarmState } from '../alarms/alarm.ts'
import { putAlarm, removeAlarm } from '../alarms/put.ts'
import { moment, onAlarm, type CloudWatchParts } from '../cloudwatch.ts'
import { dimensionsOf, metricOf } from '../math/queries.ts'
import { metricKey } from '../metrics/metricStore.ts'
import { described } from './describedAlarm.ts'

export function describeAlarms(parts: CloudWatchParts): Action {
  return {
    permissions: (input) => onAlarm(parts, 'DescribeAlarms', texts(input.AlarmNames)),
    run(input) {
      const names = texts(input.AlarmNames)
      const prefix = text(input, 'AlarmNamePrefix') ?? ''
      const state = text(input, 'StateValue')
      const action = text(input, 'ActionPrefix')
      const types = texts(input.AlarmTypes)
      const matches = (alarm: Alarm): boolean =>
        (names.length === 0 || names.includes(alarm.name)) &&
        alarm.name.startsWith(prefix) &&
        alarm.status.value === (state ?? alarm.status.value) &&
        (action === undefined || texts(alarm.config.AlarmActions).some((each) => each.startsWith(action))) &&
        (types.length > 0 ? types.includes(typeName(alarm)) : names.length > 0 || alarm.kind === 'metric')
      const most = number(input, 'MaxRecords') ?? 50
      const after = Buffer.from(text(input, 'NextToken') ?? '', 'base64url').toString()
      const found = parts.alarms.all().filter((alarm) => matches(alarm) && alarm.name > after)
      const shown = found.slice(0, most)
      const last = shown.at(-1)
      const more = last && found.length > most
      return {
        MetricAlarms: shown.filter(({ kind }) => kind === 'metric').map(described),
        CompositeAlarms: shown.filter(({ kind }) => kind === 'composite').map(described),
        ...(more && { NextToken: Buffer.from(last.name).toString('base64url') }),
      }
    },
  }
}

function typeName({ kind }: Alarm): string {
  return kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'
}

export function describeAlarmsForMetric(parts: CloudWatchParts): Action {
  return {
    permissions: () => onAlarm(parts, 'DescribeAlarmsForMetric', []),
    run(input) {
      const key = metricKey({ ...metricOf(input), dimensions: dimensionsOf(input.Dimensions) })
      const watching = parts.alarms
        .all()
        .filter(
          ({ kind, config }) =>
            kind === 'metric' && config.Metrics === undefined && metricKey(metricOf(config)) === key,
        )
      return { MetricAlarms: watching.map(described) }
    },
  }
}

export function describeAlarmHistory(parts: CloudWatchParts): Action {
  return {
    permissions: (input) => {
      const name = text(input, 'AlarmName')
      return onAlarm(parts, 'DescribeAlarmHistory', name ? [name] : [])
    },
    run(input) {
      const name = text(input, 'AlarmName')
      const type = text(input, 'HistoryItemType')
      const from = moment(input, 'StartDate') ?? 0
      const until = moment(input, 'EndDate') ?? Infinity
      const items = parts.alarms
        .history()
        .filter((item) => item.alarm === (name ?? item.alarm) && item.type === (type ?? item.type))
        .filter((item) => item.at >= from && item.at <= until)
      if (text(input, 'ScanBy') === 'TimestampAscending') items.reverse()
      const start = number(input, 'NextToken') ?? 0
      const end = start + (number(input, 'MaxRecords') ?? 100)
      return {
        AlarmHistoryItems: items.slice(start, end).map((item) => ({
          AlarmName: item.alarm,
          AlarmType: item.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
          Timestamp: item.at / 1000,
          HistoryItemType: item.type,
          HistorySummary: item.summary,
          HistoryData: item.data,
        })),
        ...(end < items.length && { NextToken: String(end) }),
      }
    },
  }
}

/** Sets a state until the next evaluation finds another. */
export function setAlarmState(parts: CloudWatchParts): Action {
  return {
    permissions: (input) => onAlarm(parts, 'SetAlarmState', [text(input, 'AlarmName') ?? '*']),
    run(input) {
      const value = text(input, 'StateValue') ?? ''
      if (!isState(value))
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${value}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
        )
      const alarm = parts.alarms.named(text(input, 'AlarmName') ?? '')
      if (!alarm) throw new AwsError('ResourceNotFound', '', { status: 404 })
      const reason = text(input, 'StateReason') ?? ''
      parts.changes.set(alarm, { value, reason, reasonData: text(input, 'StateReasonData') ?? '' })
      return {}
    },
  }
}

function isState(value: string): value is AlarmState {
  return ['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes(value)
}

export function putMetricAlarm(parts: CloudWatchParts): Action {
  return put(parts, 'PutMetricAlarm', 'metric')
}

export function putCompositeAlarm(parts: CloudWatchParts): Action {
  return put(parts, 'PutCompositeAlarm', 'composite')
}

function put(parts: CloudWatchParts, action: string, kind: Alarm['kind']): Action {
  return {
    permissions: (input) => onAlarm(parts, action, [text(input, 'AlarmName') ?? '*']),
    run(input) {
      const name = text(input, 'AlarmName')
      if (!name)
        throw new AwsError('MissingRequiredParameterException', 'The parameter AlarmName is required.')
      putAlarm(parts, { name, kind, config: input, template: '' })
      return {}
    },
  }
}

export function deleteAlarms(parts: CloudWatchParts): Action {
  return {
    permissions: (input) => onAlarm(parts, 'DeleteAlarms', texts(input.AlarmNames)),
    run(input) {
      for (const name of texts(input.AlarmNames)) removeAlarm(parts, name)
      return {}
    },
  }
}

export function enableAlarmActions(parts: CloudWatchParts): Action {
  return switchActions(parts, 'EnableAlarmActions', true)
}

export function disableAlarmActions(parts: CloudWatchParts): Action {
  return switchActions(parts, 'DisableAlarmActions', false)
}

function switchActions(parts: CloudWatchParts, action: string, enabled: boolean): Action {
  return {
    permissions: (input) => onAlarm(parts, action, texts(input.AlarmNames)),
    run(input: Input) {
      transaction(parts.db, () => {
        for (const name of texts(input.AlarmNames)) {
          const alarm = parts.alarms.named(name)
          if (alarm) parts.alarms.save({ ...alarm, config: { ...alarm.config, ActionsEnabled: enabled } })
        }
      })
      return {}
    },
  }
}
