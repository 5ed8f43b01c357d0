import { CfnParameter } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'

/** Figures of the stack that a stage, or a test, may change; name -> default and meaning. */
export const figures = {
  ProviderTimeoutMs: [8_000, 'Milliseconds that one call to the payment provider may take'],
  PaymentFunctionTimeout: [30, 'Seconds that the payment function may take for a batch of messages'],
  QueueVisibilityTimeout: [180, 'Seconds until an unfinished message of the order queue is delivered again'],
  MaxReceiveCount: [5, 'Deliveries of a message before it goes to the dead-letter queue'],
  PaymentTaskTimeout: [1_200, 'Seconds the saga waits for the answer of the payment'],
  PaymentConcurrency: [10, 'Batches of payments side by side'],
  StepFunctionTimeout: [10, 'Seconds that the function of any other step may take'],
  StepTaskTimeout: [20, 'Seconds the saga waits for any other step'],
  ForwardRetries: [5, 'Retries of a step on the way forward'],
  ForwardRetryInterval: [1, 'Seconds before the first of them; doubles'],
  ForwardRetryCap: [20, 'Seconds between them at most'],
  UndoRetries: [40, 'Retries of an undo step: an hour of them at least'],
  UndoRetryInterval: [2, 'Seconds before the first of them; doubles'],
  UndoRetryCap: [300, 'Seconds between them at most'],
  NewWithoutExecution: [120, 'Seconds after which an order is looked at, and its saga started if it was not'],
  StandsStill: [2_700, 'Seconds in one status after which an order that goes forward is undone'],
  UndoStandsStill: [36_000, 'Seconds after which an undo that still runs is stopped'],
  NoticeRetryAge: [60, 'Seconds after which the notice of a closed order is sent again'],
  NoticeAlarmAge: [900, 'Seconds after which a notice that could not be sent is an alarm'],
  LogRetentionDays: [30, 'Days that logs are kept'],
} as const

export type FigureName = keyof typeof figures

/** Each figure as a number that stands for the stack's parameter. */
export type Figures = Readonly<Record<FigureName, number>>

export function createFigures(stack: Construct): Figures {
  const entries = Object.entries(figures).map(([name, [value, description]]) => {
    const parameter = new CfnParameter(stack, name, { type: 'Number', default: value, description })
    return [name, parameter.valueAsNumber] as const
  })
  return Object.fromEntries(entries) as Record<FigureName, number>
}
