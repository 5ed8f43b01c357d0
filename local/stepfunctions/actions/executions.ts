import { text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { end } from '../engine/end.ts'
import type { Status } from '../engine/execution.ts'
import { step } from '../engine/steps.ts'
import type { States } from '../states.ts'
import type { ExecutionRecord } from '../store/records.ts'
import { invalidMember } from './errors.ts'
import { redriveObstacle } from './redrive.ts'
import {
  atMost,
  executionArn,
  findExecution,
  findMachine,
  machineArn,
  nextToken,
  on,
  pageSize,
  pageStart,
  required,
  running,
  seconds,
} from './read.ts'

export function describeExecution(states: States): Action {
  return {
    permissions: on('DescribeExecution', 'executionArn'),
    run(input) {
      const found = findExecution(states, required(input, 'executionArn'))
      const { output, error, cause, redriven } = found
      const obstacle = redriveObstacle(states, found)
      return {
        ...summary(states, found),
        input: found.input,
        inputDetails: { included: true },
        ...(output !== null && { output, outputDetails: { included: true } }),
        ...(error !== null && { error }),
        ...(cause !== null && { cause }),
        ...(redriven !== null && { redriveDate: seconds(redriven) }),
        redriveStatus: obstacle === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
        ...(obstacle !== undefined && { redriveStatusReason: obstacle }),
      }
    },
  }
}

function summary(states: States, found: ExecutionRecord): object {
  const { machine, name, status, start, stop, redrives, redriven } = found
  return {
    executionArn: executionArn(states, found),
    stateMachineArn: machineArn(states, machine),
    name,
    status,
    startDate: seconds(start),
    ...(stop !== null && { stopDate: seconds(stop) }),
    redriveCount: redrives,
    ...(redriven !== null && { redriveDate: seconds(redriven) }),
  }
}

const statuses = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const satisfies readonly (Status | 'PENDING_REDRIVE')[]

export function listExecutions(states: States): Action {
  return {
    permissions: on('ListExecutions', 'stateMachineArn'),
    run(input) {
      const machine = findMachine(states, required(input, 'stateMachineArn'))
      const status = oneOf(text(input, 'statusFilter'), 'statusFilter', statuses)
      const redriven = oneOf(text(input, 'redriveFilter'), 'redriveFilter', ['REDRIVEN', 'NOT_REDRIVEN'])
      const limit = pageSize(input)
      const before = pageStart(input) ?? Number.MAX_SAFE_INTEGER
      states.engine.journal.flush()
      const found = states.read.list({
        machine: machine.name,
        ...(status !== undefined && { status }),
        ...(redriven !== undefined && { redriven: redriven === 'REDRIVEN' }),
        before,
        limit: limit + 1,
      })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        executions: page.map((each) => summary(states, each)),
        ...(found.length > limit && last && { nextToken: nextToken(last.id) }),
      }
    },
  }
}

function oneOf<T extends string>(
  given: string | undefined,
  member: string,
  known: readonly T[],
): T | undefined {
  const found = known.find((each) => each === given)
  if (given !== undefined && found === undefined)
    throw invalidMember(`'${given}'`, member, `Member must satisfy enum value set: [${known.join(', ')}]`)
  return found
}

export function stopExecution(states: States): Action {
  return {
    permissions: on('StopExecution', 'executionArn'),
    async run(input) {
      const arn = required(input, 'executionArn')
      const [error, cause] = [text(input, 'error'), text(input, 'cause')]
      atMost(error, 'error', 256)
      atMost(cause, 'cause', 32_768)
      const { engine } = states
      const execution = running(states, arn)
      if (execution)
        await step(engine, execution, () => {
          end(engine, execution, 'ABORTED', { error, cause, previous: 0 })
        })
      const { stop } = findExecution(states, arn)
      return { stopDate: seconds(stop ?? engine.context.clock.now()) }
    },
  }
}
