import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import type { Principal } from '../../aws/principal.ts'
import type { Alarm, AlarmStatus } from './alarm.ts'
import type { AlarmStore, OwedAction } from './alarmStore.ts'
import { functionEvent, notification } from './messages.ts'

const tries = 5

export type AlarmActions = ReturnType<typeof createAlarmActions>

/** Does what alarms owe: topics are published to, functions invoked. Owed actions are on disk, so a kill loses none. */
export function createAlarmActions(context: CloudContext, alarms: AlarmStore) {
  const under = new Set<number>()
  let running = false
  const cancels = new Set<() => void>()

  function run(): void {
    if (!running) return
    for (const owed of alarms.owed()) {
      if (under.has(owed.id)) continue
      under.add(owed.id)
      void attempt(owed, 1)
    }
  }

  async function attempt(owed: OwedAction, count: number): Promise<void> {
    const alarm = alarms.named(owed.alarm)
    const failure = alarm && (await execute(alarm, owed))
    if (!running) return
    if (failure && count < tries && isPassing(failure)) {
      const cancel = context.clock.at(context.clock.now() + 1_000 * count, () => {
        cancels.delete(cancel)
        void attempt(owed, count + 1)
      })
      cancels.add(cancel)
      return
    }
    alarms.paid(owed.id)
    under.delete(owed.id)
    if (alarm) note(alarm, owed.action, failure)
  }

  async function execute(alarm: Alarm, owed: OwedAction): Promise<Error | undefined> {
    const { before, after } = JSON.parse(owed.change) as { before: AlarmStatus; after: AlarmStatus }
    const principal = (service: string): Principal => ({ kind: 'service', service, sourceArn: alarm.arn })
    try {
      if (owed.action.split(':')[2] === 'sns') {
        const input = { TopicArn: owed.action, ...notification(context, alarm, before, after) }
        await context.call('sns', 'Publish', input, principal('cloudwatch.amazonaws.com'))
      } else {
        const Payload = JSON.stringify(functionEvent(context, { ...alarm, status: after }, before))
        const input = { FunctionName: owed.action, InvocationType: 'Event', Payload }
        await context.call('lambda', 'Invoke', input, principal('lambda.alarms.cloudwatch.amazonaws.com'))
      }
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  function note(alarm: Alarm, action: string, failure: Error | undefined): void {
    const at = context.clock.now()
    const summary = failure
      ? `Failed to execute action ${action}. Received error: "${failure.message}"`
      : `Successfully executed action ${action}`
    const data = { actionState: failure ? 'Failed' : 'Succeeded', notificationResource: action }
    alarms.note({
      alarm: alarm.name,
      kind: alarm.kind,
      at,
      type: 'Action',
      summary,
      data: JSON.stringify(data),
    })
    if (failure)
      context.report({
        at,
        service: 'monitoring',
        what: 'AlarmAction',
        subject: alarm.name,
        error: failure.message,
      })
  }

  return {
    run,
    start(): void {
      running = true
      run()
    },
    stop(): void {
      running = false
      for (const cancel of cancels) cancel()
    },
  }
}

function isPassing(error: Error): boolean {
  return !(error instanceof AwsError) || error.status >= 500 || error.status === 429
}
