import type { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../../aws/context.ts'
import { transaction } from '../../aws/store.ts'
import { actionsEnabled, actionsOf, type Alarm, type AlarmStatus } from './alarm.ts'
import type { AlarmStore } from './alarmStore.ts'
import { eventDetail } from './messages.ts'

/** An alarm went from one state to another; `detail` is that of EventBridge's `CloudWatch Alarm State Change`. */
export interface AlarmStateChange {
  readonly alarmName: string
  readonly alarmArn: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly detail: object
}

export type Changes = ReturnType<typeof createChanges>

/** Puts new states: state, history and owed actions in one transaction, then tells those who wait for it. */
export function createChanges(
  context: CloudContext,
  db: DatabaseSync,
  alarms: AlarmStore,
  told: { actions: () => void; changed: (change: AlarmStateChange) => void },
) {
  return {
    /** A state of the same value only renews the reason, without history or actions, as on AWS. */
    set(alarm: Alarm, next: Pick<AlarmStatus, 'value' | 'reason' | 'reasonData'>): Alarm {
      const now = context.clock.now()
      const changed = next.value !== alarm.status.value
      if (!changed && next.reason === alarm.status.reason) return alarm
      const transitioned = changed ? now : alarm.status.transitioned
      const after: Alarm = { ...alarm, status: { ...next, updated: now, transitioned } }
      transaction(db, () => {
        alarms.save(after)
        if (!changed) return
        alarms.note(stateUpdate(alarm, after))
        const change = JSON.stringify({ before: alarm.status, after: after.status })
        if (actionsEnabled(alarm.config))
          for (const action of actionsOf(alarm.config, next.value)) alarms.owe(alarm.name, action, change)
      })
      if (!changed) return after
      const { name, arn } = alarm
      const activity = { service: 'monitoring', what: 'AlarmStateChange', subject: name }
      context.report({
        at: now,
        ...activity,
        output: { from: alarm.status.value, to: next.value, why: next.reason },
      })
      const detail = eventDetail(after, alarm.status)
      told.changed({ alarmName: name, alarmArn: arn, at: now, detail })
      told.actions()
      return after
    },
  }
}

function stateUpdate(before: Alarm, after: Alarm) {
  const state = ({ value, reason, reasonData }: AlarmStatus): object => ({
    stateValue: value,
    stateReason: reason,
    ...(reasonData && { stateReasonData: JSON.parse(reasonData) as unknown }),
  })
  const data = { version: '1.0', oldState: state(before.status), newState: state(after.status) }
  return {
    alarm: after.name,
    kind: after.kind,
    at: after.status.updated,
    type: 'StateUpdate' as const,
    summary: `Alarm updated from ${before.status.value} to ${after.status.value}`,
    data: JSON.stringify(data),
  }
}
