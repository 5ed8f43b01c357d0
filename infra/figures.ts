import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { CfnParameter } from 'aws-cdk-lib/core'
import type { CfnParameterProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'

/** What AWS takes for a figure: a value beyond is refused before anything is deployed, not in the midst of it. */
type Taken = Pick<CfnParameterProps, 'minValue' | 'maxValue' | 'allowedValues'>

const from = (minValue: number, maxValue: number): Taken => ({ minValue, maxValue })

const functionTimeout = from(1, 900)
/** `TimeoutSeconds` and `IntervalSeconds` of a state. */
const ofState = from(1, 99_999_999)
/** `MaxAttempts` of a state. */
const retries = from(0, 99_999_999)
/** `MaxDelaySeconds` of a state. */
const retryCap = from(1, 31_622_399)

/** CloudWatch keeps logs for so many days and for no other number of them; INFINITE is no number to CloudWatch. */
const retentions: Taken = {
  // Numbers, as the default is: the type of the property is narrower than CloudFormation.
  allowedValues: Object.values(RetentionDays).filter(
    (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
  ) as unknown as string[],
}

/** Figures of the stack that a stage, or a test, may change; name -> default, meaning and what AWS takes. */
const figures = {
  ProviderTimeoutMs: [8_000, 'Milliseconds that one call to the payment provider may take', {}],
  PaymentFunctionTimeout: [
    30,
    'Seconds that the payment function may take for a batch of messages',
    functionTimeout,
  ],
  QueueVisibilityTimeout: [
    180,
    'Seconds until an unfinished message of the order queue is delivered again; PaymentFunctionTimeout at least',
    from(1, 43_200),
  ],
  MaxReceiveCount: [5, 'Deliveries of a message before it goes to the dead-letter queue', from(1, 1_000)],
  PaymentTaskTimeout: [1_200, 'Seconds the saga waits for the answer of the payment', ofState],
  PaymentConcurrency: [10, 'Batches of payments side by side', from(2, 1_000)],
  StepFunctionTimeout: [10, 'Seconds that the function of any other step may take', functionTimeout],
  StepTaskTimeout: [20, 'Seconds the saga waits for any other step', ofState],
  ForwardRetries: [5, 'Retries of a step on the way forward', retries],
  ForwardRetryInterval: [1, 'Seconds before the first of them; doubles', ofState],
  ForwardRetryCap: [20, 'Seconds between them at most', retryCap],
  UndoRetries: [40, 'Retries of an undo step: an hour of them at least', retries],
  UndoRetryInterval: [2, 'Seconds before the first of them; doubles', ofState],
  UndoRetryCap: [300, 'Seconds between them at most', retryCap],
  NewWithoutExecution: [
    120,
    'Seconds after which an order is looked at, and its saga started if it was not',
    {},
  ],
  StandsStill: [2_700, 'Seconds in one status after which an order that goes forward is undone', {}],
  UndoStandsStill: [36_000, 'Seconds after which an undo that still runs is stopped', {}],
  NoticeRetryAge: [60, 'Seconds after which the notice of a closed order is sent again', {}],
  NoticeAlarmAge: [900, 'Seconds after which a notice that could not be sent is an alarm', {}],
  LogRetentionDays: [30, 'Days that logs are kept', retentions],
} as const

type FigureName = keyof typeof figures

/** Each figure as a number that stands for the stack's parameter. */
export type Figures = Readonly<Record<FigureName, number>>

export function createFigures(stack: Construct): Figures {
  const entries = Object.entries(figures).map(([name, [value, description, taken]]) => {
    const parameter = new CfnParameter(stack, name, { type: 'Number', default: value, description, ...taken })
    return [name, parameter.valueAsNumber] as const
  })
  return Object.fromEntries(entries) as Record<FigureName, number>
}
