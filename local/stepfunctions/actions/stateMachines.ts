import { number, text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import type { Observation } from '../engine/execution.ts'
import { arn } from '../../aws/place.ts'
import { definitionLimit, readMachine } from '../language/read.ts'
import type { States } from '../states.ts'
import {
  atMost,
  findExecution,
  findMachine,
  machineArn,
  nextToken,
  on,
  pageSize,
  pageStart,
  required,
  seconds,
} from './read.ts'

export function describeStateMachine(states: States): Action {
  return {
    permissions: on('DescribeStateMachine', 'stateMachineArn'),
    run(input) {
      const machine = findMachine(states, required(input, 'stateMachineArn'))
      const { definition, role, logging } = states.deployed.revision(machine.revision)
      return {
        stateMachineArn: machineArn(states, machine.name),
        name: machine.name,
        status: 'ACTIVE',
        definition,
        roleArn: role,
        type: 'STANDARD',
        creationDate: seconds(machine.created),
        loggingConfiguration: loggingConfiguration(states, logging),
        tracingConfiguration: { enabled: logging.tracing },
        ...(machine.revision_id !== null && { revisionId: machine.revision_id }),
      }
    },
  }
}

export function describeStateMachineForExecution(states: States): Action {
  return {
    permissions: on('DescribeStateMachineForExecution', 'executionArn'),
    run(input) {
      const execution = findExecution(states, required(input, 'executionArn'))
      const { definition, role, logging, created } = states.deployed.revision(execution.revision)
      return {
        stateMachineArn: machineArn(states, execution.machine),
        name: execution.machine,
        definition,
        roleArn: role,
        updateDate: seconds(created),
        loggingConfiguration: loggingConfiguration(states, logging),
        tracingConfiguration: { enabled: logging.tracing },
      }
    },
  }
}

function loggingConfiguration(states: States, { level, includeExecutionData, groups }: Observation): object {
  const { place } = states.engine.context
  const destinations = groups.map((each) => ({
    cloudWatchLogsLogGroup: { logGroupArn: `${arn(place, 'logs', `log-group:${each}`)}:*` },
  }))
  return { level, includeExecutionData, ...(destinations.length > 0 && { destinations }) }
}

export function listStateMachines(states: States): Action {
  return {
    permissions: () => [{ action: 'states:ListStateMachines', resource: '*' }],
    run(input) {
      const all = states.deployed.all()
      const [from, limit] = [pageStart(input) ?? 0, pageSize(input)]
      const page = all.slice(from, from + limit)
      return {
        stateMachines: page.map(({ name, created }) => ({
          stateMachineArn: machineArn(states, name),
          name,
          type: 'STANDARD',
          creationDate: seconds(created),
        })),
        ...(from + limit < all.length && { nextToken: nextToken(from + limit) }),
      }
    },
  }
}

export function validateStateMachineDefinition(states: States): Action {
  return {
    permissions: () => [{ action: 'states:ValidateStateMachineDefinition', resource: '*' }],
    run(input) {
      const definition = text(input, 'definition') ?? ''
      atMost(definition, 'definition', definitionLimit)
      const reading = readMachine(definition, states.compile, states.serves)
      const found = 'diagnostics' in reading ? [...reading.diagnostics] : []
      if (text(input, 'type') === 'EXPRESS')
        found.push({
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          message: 'Express state machines are not supported here',
          location: '/',
        })
      const limit = number(input, 'maxResults') || 100
      return {
        result: found.length > 0 ? 'FAIL' : 'OK',
        diagnostics: found.slice(0, limit),
        truncated: found.length > limit,
      }
    },
  }
}
