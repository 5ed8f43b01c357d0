import type { CloudContext } from '../aws/context.ts'
import { arn } from '../aws/place.ts'
import type { Service } from '../aws/service.ts'
import { actions } from './actions/index.ts'
import { activityType, declared, definitionProblem, stateMachineType } from './deploy.ts'
import { newExecution, resume } from './engine/begin.ts'
import type { Engine } from './engine/engine.ts'
import type { Execution, Revision, Status } from './engine/execution.ts'
import { compiler } from './jsonata/expression.ts'
import { readMachine } from './language/read.ts'
import { logEvents } from './logging.ts'
import type { States } from './states.ts'
import { untold, type StatusChange } from './store/announcements.ts'
import { openDatabase } from './store/database.ts'
import { executionWriter, readThreads } from './store/executions.ts'
import { createJournal } from './store/journal.ts'
import { machines } from './store/machines.ts'
import { records, type ExecutionRecord } from './store/records.ts'

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

export interface Options {
  /** Told of the start and the end of every execution, once it is on disk; after a crash perhaps a second time. */
  readonly onStatusChange?: (event: ExecutionStatusChange) => void
  /** [0, 1): spreads retries and feeds `$random()`. */
  readonly random?: () => number
}

/** Histories kept of closed executions, and milliseconds for which AWS keeps those executions. */
const kept = { histories: 10_000, executions: 90 * 24 * 3600 * 1000 }

/** AWS Step Functions: Standard workflows in the JSONata flavour of the Amazon States Language. */
export function createStepFunctions(context: CloudContext, options: Options = {}): Service {
  const random = options.random ?? Math.random
  const compile = compiler(random)
  const db = openDatabase(context.data)
  const deployed = machines(db)
  const read = records(db)
  const revisions = new Map<number, Revision>()
  let told = 0

  const writer = executionWriter(db, () => told)
  const journal = createJournal(save, (again, error) => {
    context.report({
      at: context.clock.now(),
      service: 'states',
      what: 'write',
      error: 'InternalServerError',
      input: { cause: String(error) },
    })
    context.clock.at(context.clock.now() + 1000, again)
  })
  const engine: Engine = {
    context,
    journal,
    random,
    running: new Map(),
    byArn: new Map(),
    calls: new Map(),
    alarms: new Map(),
    stopped: false,
  }
  const states: States = { engine, deployed, read, compile, revision, nextId: () => writer.nextId(), revive }

  function save(executions: readonly Execution[]): void {
    const changes = writer.save(executions)
    for (const execution of executions) {
      const { events } = execution.unsaved
      if (events.length > 0) logEvents(context, execution, events, execution.lastEvent - events.length + 1)
    }
    changes.forEach(tell)
  }

  function tell({ id, machine, ...change }: StatusChange): void {
    const stateMachineArn = arn(context.place, 'states', `stateMachine:${machine}`)
    try {
      options.onStatusChange?.({ ...change, stateMachineArn })
    } catch (error) {
      context.report({
        at: context.clock.now(),
        service: 'states',
        what: 'tell',
        subject: change.name,
        error: String(error),
      })
    }
    told = Math.max(told, id ?? 0)
  }

  function revision(id: number): Revision {
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

  /** An execution as it stood when it was written last. */
  function revive(row: ExecutionRecord): Execution {
    const { id, machine, name, input, start } = row
    const executionArn = arn(context.place, 'states', `execution:${machine}:${name}`)
    const execution = newExecution(
      { id, machine, name, arn: executionArn, revision: revision(row.revision), input, start },
      'saved',
    )
    for (const [number, thread] of readThreads(db, id)) execution.threads.set(number, thread)
    execution.nextThread = Math.max(0, ...execution.threads.keys()) + 1
    execution.lastEvent = read.lastEvent(id)
    execution.status = row.status
    execution.redriveCount = row.redrives
    if (row.redriven !== null) execution.redrivenAt = row.redriven
    return execution
  }

  return {
    name: 'states',
    actions: actions(states),
    resourceTypes: {
      'AWS::StepFunctions::StateMachine': stateMachineType,
      'AWS::StepFunctions::Activity': activityType,
    },
    deploy(resources) {
      const all = resources.map((each) => declared(each, context))
      for (const { name, definition } of all) {
        const reading = readMachine(definition, compile)
        if (!('machine' in reading))
          throw new Error(`State machine ${name}: ${definitionProblem(reading.diagnostics)}`)
      }
      for (const each of all) deployed.deploy(each, context.clock.now())
      deployed.keepOnly(all.map((each) => each.name))
      return Promise.resolve()
    },
    start() {
      untold(db).forEach(tell)
      read.prune(kept.histories, context.clock.now() - kept.executions)
      for (const row of read.running()) if (!engine.running.has(row.id)) resume(engine, revive(row))
    },
    stop() {
      if (engine.stopped) return
      engine.stopped = true
      for (const cancel of engine.alarms.values()) cancel()
      for (const call of engine.calls.values()) call.abort()
      journal.close()
      if (told > 0) db.prepare('DELETE FROM announcements WHERE id <= ?').run(told)
      db.close()
    },
  }
}
