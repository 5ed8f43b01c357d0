import type { DatabaseSync } from 'node:sqlite'
import type { CloudContext } from '../aws/context.ts'
import { arn } from '../aws/place.ts'
import { definitionProblem } from './deploy.ts'
import { newExecution } from './engine/begin.ts'
import type { Execution, Revision } from './engine/execution.ts'
import type { Expression } from './jsonata/expression.ts'
import { readMachine } from './language/read.ts'
import { readThreads } from './store/executions.ts'
import type { Machines } from './store/machines.ts'
import type { ExecutionRecord, Records } from './store/records.ts'

/** Reads revisions of machines and makes them ready to run, each once. */
export function revisionReader(
  deployed: Machines,
  compile: (source: string) => Expression,
): (id: number) => Revision {
  const revisions = new Map<number, Revision>()
  return (id) => {
    const known = revisions.get(id)
    if (known) return known
    const { machine, definition, role, logging } = deployed.revision(id)
    const reading = readMachine(definition, compile)
    if (!('machine' in reading))
      throw new Error(`State machine ${machine}: ${definitionProblem(reading.diagnostics)}`)
    const made = { id, machine, definition, roleArn: role, logging, compiled: reading.machine }
    revisions.set(id, made)
    return made
  }
}

/** Brings executions back to memory as they stood when they were written last. */
export function executionReader(
  context: CloudContext,
  db: DatabaseSync,
  read: Records,
  revision: (id: number) => Revision,
): (row: ExecutionRecord) => Execution {
  return ({ id, machine, name, input, start, status, redrives, redriven, revision: number }) => {
    const executionArn = arn(context.place, 'states', `execution:${machine}:${name}`)
    const given = { id, machine, name, arn: executionArn, revision: revision(number), input, start }
    const execution = newExecution(given, 'saved')
    for (const [thread, body] of readThreads(db, id)) execution.threads.set(thread, body)
    execution.nextThread = Math.max(0, ...execution.threads.keys()) + 1
    execution.lastEvent = read.lastEvent(id)
    execution.status = status
    execution.redriveCount = redrives
    if (redriven !== null) execution.redrivenAt = redriven
    return execution
  }
}
