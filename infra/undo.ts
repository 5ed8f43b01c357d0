import { Errors, Fail, Succeed, TaskInput } from 'aws-cdk-lib/aws-stepfunctions'
import type { State } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { needsAttention, orderClosed } from '../model/failures.ts'
import type { Figures } from './figures.ts'
import type { Steps } from './steps.ts'
import { handOn, step } from './task.ts'

/**
 * The way back, from its input `{orderId, step, error}`: a fence after which nothing goes forward, then each undo, then
 * the end. An undo that fails for good does not keep the next from being tried; CloseUndone judges by the tables.
 */
export function undo(scope: Construct, steps: Steps, figures: Figures): State {
  const pace = {
    retries: figures.UndoRetries,
    interval: figures.UndoRetryInterval,
    cap: figures.UndoRetryCap,
  }
  const like = { timeout: figures.StepTaskTimeout, pace }

  const begin = step(scope, 'BeginUndo', steps.beginUndo, {
    ...like,
    answers: [orderClosed],
    payload: TaskInput.fromText(handOn),
  })
  const restock = step(scope, 'CompensateRestock', steps.compensateRestock, like)
  const refund = step(scope, 'CompensateRefund', steps.compensateRefund, like)
  const close = step(scope, 'CloseUndone', steps.closeUndone, { ...like, answers: [needsAttention] })

  const alreadyClosed = Succeed.jsonata(scope, 'AlreadyClosed')
  const notBegun = Fail.jsonata(scope, 'UndoNotBegun', {
    error: '{% $states.input.error %}',
    cause: 'The order could not be fenced off: nothing was undone.',
  })

  begin
    .addCatch(alreadyClosed, { errors: [orderClosed], outputs: handOn })
    .addCatch(notBegun, { errors: [Errors.ALL], outputs: { error: '{% $states.errorOutput.Error %}' } })
    .next(restock)
  restock.addCatch(refund, { errors: [Errors.ALL], outputs: handOn }).next(refund)
  refund.addCatch(close, { errors: [Errors.ALL], outputs: handOn }).next(close)
  return begin
}
