import type { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../aws/context.ts'
import { AwsError } from '../aws/error.ts'
import { text } from '../aws/input.ts'
import { arn } from '../aws/place.ts'
import type { Input, Permission } from '../aws/service.ts'
import { openStore } from '../aws/store.ts'
import { createAlarmActions, type AlarmActions } from './alarms/actions.ts'
import { openAlarmStore, type AlarmStore } from './alarms/alarmStore.ts'
import { createChanges, type AlarmStateChange, type Changes } from './alarms/changes.ts'
import { createEvaluator, type Evaluator } from './alarms/evaluator.ts'
import { openDashboards, type Dashboards } from './dashboards.ts'
import { openMetricStore, type Datum, type MetricStore } from './metrics/metricStore.ts'

/** What the actions work on. */
export interface CloudWatchParts {
  readonly context: CloudContext
  readonly db: DatabaseSync
  readonly metrics: MetricStore
  readonly alarms: AlarmStore
  readonly changes: Changes
  readonly evaluator: Evaluator
  readonly actions: AlarmActions
  readonly dashboards: Dashboards
  /** Takes in a value and has the alarms that watch it judged. */
  readonly put: (datum: Datum) => void
}

export function openCloudWatch(
  context: CloudContext,
  onAlarmState: (change: AlarmStateChange) => void,
): CloudWatchParts {
  const db = openStore(context.data, 'cloudwatch')
  const metrics = openMetricStore(db)
  const alarms = openAlarmStore(db)
  const actions = createAlarmActions(context, alarms)
  const changes = createChanges(context, db, alarms, {
    actions: actions.run,
    changed(change) {
      onAlarmState(change)
      evaluator.follow()
    },
  })
  const evaluator = createEvaluator({ clock: context.clock, alarms, metrics, changes })
  const put = (datum: Datum): void => {
    metrics.put(datum)
    evaluator.noticed(datum)
  }
  return { context, db, metrics, alarms, changes, evaluator, actions, dashboards: openDashboards(db), put }
}

export function alarmArn({ context }: Pick<CloudWatchParts, 'context'>, name: string): string {
  return arn(context.place, 'cloudwatch', `alarm:${name}`)
}

export function onAlarm(parts: CloudWatchParts, action: string, names: readonly string[]): Permission[] {
  const targets = names.length > 0 ? names : ['*']
  return targets.map((name) => ({ action: `cloudwatch:${action}`, resource: alarmArn(parts, name) }))
}

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message)
}

/** A time of a request, in milliseconds: it comes as Date, as seconds since the epoch or as text. */
export function moment(input: Input, name: string): number | undefined {
  const value = input[name]
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'number') return value * 1000
  const written = text(input, name)
  if (written === undefined) return undefined
  const at = Date.parse(written)
  if (Number.isNaN(at)) throw invalidValue(`The value ${written} for parameter ${name} is invalid.`)
  return at
}

export function requiredMoment(input: Input, name: string): number {
  const at = moment(input, name)
  if (at === undefined)
    throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`)
  return at
}
