import type { Input } from '../../aws/service.ts'
import { transaction } from '../../aws/store.ts'
import { run } from '../math/queries.ts'
import { alarmArn, type CloudWatchParts } from '../cloudwatch.ts'
import { ruleOf, type Alarm } from './alarm.ts'
import { compositeRuleOf } from './composite.ts'

/** Creates or changes an alarm, which keeps its state; throws ValidationException for what is wrong or not served. */
export function putAlarm(
  parts: CloudWatchParts,
  wanted: { name: string; kind: Alarm['kind']; config: Input; template: string },
): void {
  const { name, kind, config, template } = wanted
  check(parts, kind, config)
  const now = parts.context.clock.now()
  const existing = parts.alarms.named(name)
  const unchecked = {
    value: 'INSUFFICIENT_DATA' as const,
    reason: 'Unchecked: Initial alarm creation',
    reasonData: '',
    updated: now,
    transitioned: now,
  }
  const status = existing?.status ?? unchecked
  const alarm: Alarm = { name, arn: alarmArn(parts, name), kind, config, configured: now, template, status }
  const verb = existing ? 'updated' : 'created'
  transaction(parts.db, () => {
    parts.alarms.save(alarm)
    parts.alarms.note({
      alarm: name,
      kind,
      at: now,
      type: 'ConfigurationUpdate',
      summary: `Alarm "${name}" ${verb}`,
      data: JSON.stringify({ version: '1.0', type: existing ? 'Update' : 'Create' }),
    })
  })
  parts.evaluator.read(alarm)
  parts.evaluator.follow()
}

/** Runs the expressions once over no time at all: what is undefined or not served shows now, not in the night. */
function check(parts: CloudWatchParts, kind: Alarm['kind'], config: Input): void {
  if (kind === 'composite') {
    compositeRuleOf(config)
    return
  }
  const { queries, period } = ruleOf(config)
  run(queries, parts.metrics, { from: 0, until: period * 1000, period })
}

export function removeAlarm(parts: CloudWatchParts, name: string): void {
  parts.alarms.remove(name)
  parts.evaluator.forget(name)
}
