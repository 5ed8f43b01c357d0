import type { AlarmStateChange } from './cloudwatch/index.ts'
import type { ServiceEvent } from './events/index.ts'
import type { ExecutionStatusChange } from './stepfunctions/index.ts'

/**
 * What EventBridge tells of an execution.
 * Source: Step Functions developer guide, "Automating Step Functions event delivery with EventBridge".
 */
export function executionEvent(change: ExecutionStatusChange): ServiceEvent {
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [change.executionArn],
    detail: {
      ...change,
      inputDetails: { included: true },
      outputDetails: change.output === null ? null : { included: true },
    },
  }
}

/** What EventBridge tells of an alarm. Source: CloudWatch user guide, "Alarm events and EventBridge". */
export function alarmEvent({ alarmArn, detail }: AlarmStateChange): ServiceEvent {
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarmArn],
    detail,
  }
}
