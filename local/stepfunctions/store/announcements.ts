import type { DatabaseSync } from 'node:sqlite'
import type { Execution, Status } from '../engine/execution.ts'

/** A change of an execution's status, as EventBridge tells it. Dates in milliseconds since the epoch. */
export interface ExecutionStatusChange {
  readonly executionArn: string
  readonly stateMachineArn: string
  readonly name: string
  readonly status: Status
  readonly startDate: number
  readonly stopDate: number | null
  readonly input: string
  readonly output: string | null
  readonly error: string | null
  readonly cause: string | null
}

/** A change that is on disk until it was told. */
export interface Announcement {
  readonly id: number
  readonly change: ExecutionStatusChange
}

export function statusChange(execution: Execution, status: Status): ExecutionStatusChange {
  const over = status !== 'RUNNING'
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.arn.replace(/:execution:.*/, `:stateMachine:${execution.machine}`),
    name: execution.name,
    status,
    startDate: execution.start,
    stopDate: over ? (execution.stop ?? null) : null,
    input: execution.input,
    output: over ? (execution.output ?? null) : null,
    error: over ? (execution.error ?? null) : null,
    cause: over ? (execution.cause ?? null) : null,
  }
}

/** Changes that were written but, as the process died, perhaps never told. */
export function untold(db: DatabaseSync): Announcement[] {
  const rows = db.prepare('SELECT id, body FROM announcements ORDER BY id').all()
  return rows.map(({ id, body }) => ({
    id: Number(id),
    change: JSON.parse(String(body)) as ExecutionStatusChange,
  }))
}
