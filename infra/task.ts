import type { Function } from 'aws-cdk-lib/aws-lambda'
import { Errors, JitterType, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions'
import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions'
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks'
import { Duration } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'

/** The saga carries the order's id and nothing else: whoever reads a history learns nothing about people. */
export const orderId = '{% $states.input.orderId %}'

/** Output of a state that hands on what it was given; what a step answers is in the tables. */
export const handOn = '{% $states.input %}'

/** How the retries of a way are spaced: doubling from `interval` to `cap` (seconds), with full jitter. */
export interface Pace {
  readonly retries: number
  readonly interval: number
  readonly cap: number
}

export function retry({ retries, interval, cap }: Pace, ...errors: string[]): RetryProps {
  return {
    errors,
    maxAttempts: retries,
    interval: Duration.seconds(interval),
    backoffRate: 2,
    maxDelay: Duration.seconds(cap),
    jitterStrategy: JitterType.FULL,
  }
}

/** These go to the Catch at once: they are answers, and asking again would not change them. */
export const neverRetry = (...errors: string[]): RetryProps => ({ errors, maxAttempts: 0 })

export interface StepDetails {
  /** Seconds. */
  readonly timeout: number
  readonly pace: Pace
  /** Errors that are answers. */
  readonly answers?: readonly string[]
  /** What the function is given; `{orderId}` when absent. */
  readonly payload?: TaskInput
}

/** A state that calls a step's function, whatever fails but `answers` being tried again. */
export function step(
  scope: Construct,
  id: string,
  lambdaFunction: Function,
  { timeout, pace, answers = [], payload = TaskInput.fromObject({ orderId }) }: StepDetails,
): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, id, {
    lambdaFunction,
    payload,
    taskTimeout: Timeout.duration(Duration.seconds(timeout)),
    outputs: handOn,
    retryOnServiceExceptions: false,
  })
  if (answers.length > 0) task.addRetry(neverRetry(...answers))
  task.addRetry(retry(pace, Errors.ALL))
  return task
}
