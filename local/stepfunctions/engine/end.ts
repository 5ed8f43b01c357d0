import { afterwards, now, silence, stateMachineArn, watch, type Engine } from './engine.ts'
import type { Execution, Status } from './execution.ts'
import { append } from './record.ts'

const events: Readonly<Record<Exclude<Status, 'RUNNING'>, string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
}

const metrics: Readonly<Record<Exclude<Status, 'RUNNING'>, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
}

/** Closes the execution. `previous`: number of the event that led to it. Its threads stay for a redrive unless it succeeded. */
export function end(
  engine: Engine,
  execution: Execution,
  status: Exclude<Status, 'RUNNING'>,
  with_: {
    output?: string | undefined
    error?: string | undefined
    cause?: string | undefined
    previous: number
  },
): void {
  const at = now(engine)
  const { output, error, cause, previous } = with_
  execution.status = status
  execution.stop = at
  if (output !== undefined) execution.output = output
  // A time-out of the execution shows in its history only.
  if (error !== undefined && status !== 'TIMED_OUT') execution.error = error
  if (cause !== undefined) execution.cause = cause
  append(execution, at, previous, events[status], { output, error, cause })
  if (execution.unsaved.row === 'saved') execution.unsaved.row = 'changed'
  silence(engine, execution, 'execution')
  for (const thread of execution.threads.values()) {
    silence(engine, execution, `thread ${thread.id}`)
    if (status === 'SUCCEEDED') execution.unsaved.threads.add(thread.id)
  }
  if (status === 'SUCCEEDED') execution.threads.clear()
  watch(engine, execution, events[status], { ...(cause !== undefined && { cause }) }, error)
  count(engine, execution, metrics[status], 1, 'Count')
  count(engine, execution, 'ExecutionTime', at - execution.start, 'Milliseconds')
  afterwards(execution, () => {
    engine.running.delete(execution.id)
    engine.byArn.delete(execution.arn)
  })
}

/** Counts one of the metrics Step Functions publishes by itself. */
export function count(engine: Engine, execution: Execution, name: string, value: number, unit: string): void {
  const dimensions = { StateMachineArn: stateMachineArn(engine, execution) }
  engine.context.metric({ namespace: 'AWS/States', name, dimensions, value, unit, at: now(engine) })
}
