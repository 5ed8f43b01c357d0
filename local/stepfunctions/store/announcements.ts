import type { DatabaseSync } from 'node:sqlite'
import type { Execution, Status } from '../engine/execution.ts'

/** A change of an execution's status, for EventBridge. Dates in milliseconds since the epoch. */
export interface StatusChange {
  readonly executionArn: string
  /** Of the state machine. */
  readonly machine: string
  readonly name: string
  readonly status: Status
  readonly startDate: number
  readonly stopDate: number | null
  readonly input: string
  readonly output: string | null
  readonly error: string | null
  readonly cause: string | null
  readonly id?: number
}

export function announcement(execution: Execution, status: Status): StatusChange {
  const over = status !== 'RUNNING'
  return {
    executionArn: execution.arn,
    machine: execution.machine,
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
export function untold(db: DatabaseSync): StatusChange[] {
  const rows = db.prepare('SELECT id, body FROM announcements ORDER BY id').all()
  return rows.map((row) => ({ ...(JSON.parse(String(row.body)) as StatusChange), id: Number(row.id) }))
}
