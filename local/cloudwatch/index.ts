import type { CloudContext, MetricDatum } from '../aws/context.ts'
import type { Service } from '../aws/service.ts'
import {
  deleteAlarms,
  describeAlarmHistory,
  describeAlarms,
  describeAlarmsForMetric,
  disableAlarmActions,
  enableAlarmActions,
  putCompositeAlarm,
  putMetricAlarm,
  setAlarmState,
} from './actions/alarms.ts'
import { getDashboard, listDashboards } from './actions/dashboards.ts'
import { getMetricData, getMetricStatistics, listMetrics } from './actions/getMetricData.ts'
import { putMetricData } from './actions/putMetricData.ts'
import type { AlarmStateChange } from './alarms/changes.ts'
import { openCloudWatch } from './cloudwatch.ts'
import { embeddedMetrics } from './metrics/embedded.ts'
import type { Datum } from './metrics/metricStore.ts'
import { deployAlarms, resourceTypes } from './resources.ts'

export type { AlarmStateChange } from './alarms/changes.ts'

export interface CloudWatch {
  readonly service: Service
  /** Takes in a value of a metric. Cheap; on disk within half a second. */
  put(datum: MetricDatum): void
}

/** Where log events come from: those of the embedded metric format are read. */
export interface LogSource {
  onEvents(listener: (events: readonly { readonly message: string; readonly at: number }[]) => void): void
}

export interface CloudWatchOptions {
  readonly logs?: LogSource
  /** Hears of each change of an alarm's state. */
  readonly onAlarmState?: (change: AlarmStateChange) => void
}

const hour = 3_600_000

/** CloudWatch metrics and alarms, on disk in `<data>/cloudwatch.db`. */
export function createCloudWatch(context: CloudContext, options: CloudWatchOptions = {}): CloudWatch {
  const parts = openCloudWatch(context, options.onAlarmState ?? (() => undefined))
  let cancelTick = (): void => undefined
  let stopped = false

  /** Services that stop after this one may still count something. */
  function put(datum: Datum): void {
    if (!stopped) parts.put(datum)
  }

  options.logs?.onEvents((events) => {
    for (const { message, at } of events) for (const datum of embeddedMetrics(message, at)) put(datum)
  })
  for (const alarm of parts.alarms.all()) parts.evaluator.read(alarm)

  function expire(): void {
    const now = context.clock.now()
    parts.metrics.expire(now)
    parts.alarms.expire(now)
    cancelTick = context.clock.at(now + hour, expire)
  }

  const service: Service = {
    name: 'monitoring',
    actions: {
      DeleteAlarms: deleteAlarms(parts),
      DescribeAlarmHistory: describeAlarmHistory(parts),
      DescribeAlarms: describeAlarms(parts),
      DescribeAlarmsForMetric: describeAlarmsForMetric(parts),
      DisableAlarmActions: disableAlarmActions(parts),
      EnableAlarmActions: enableAlarmActions(parts),
      GetDashboard: getDashboard(parts),
      GetMetricData: getMetricData(parts),
      GetMetricStatistics: getMetricStatistics(parts),
      ListDashboards: listDashboards(parts),
      ListMetrics: listMetrics(parts),
      PutCompositeAlarm: putCompositeAlarm(parts),
      PutMetricAlarm: putMetricAlarm(parts),
      PutMetricData: putMetricData(parts),
      SetAlarmState: setAlarmState(parts),
    },
    resourceTypes,
    deploy: (resources) => Promise.resolve().then(() => deployAlarms(parts, resources)),
    start() {
      expire()
      parts.actions.start()
      parts.evaluator.start()
    },
    stop() {
      stopped = true
      cancelTick()
      parts.evaluator.stop()
      parts.actions.stop()
      parts.metrics.flush()
      parts.db.close()
    },
  }
  return { service, put }
}
