import type { Service } from '../../aws/service.ts'
import type { States } from '../states.ts'
import { describeExecution, listExecutions, stopExecution } from './executions.ts'
import { getExecutionHistory } from './getExecutionHistory.ts'
import { redriveExecution } from './redrive.ts'
import { startExecution } from './startExecution.ts'
import {
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
  validateStateMachineDefinition,
} from './stateMachines.ts'
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './tasks.ts'

/** The supported part of the API. Machines come from the template: nothing here creates or changes one. */
export function actions(states: States): Service['actions'] {
  return {
    DescribeExecution: describeExecution(states),
    DescribeStateMachine: describeStateMachine(states),
    DescribeStateMachineForExecution: describeStateMachineForExecution(states),
    GetExecutionHistory: getExecutionHistory(states),
    ListExecutions: listExecutions(states),
    ListStateMachines: listStateMachines(states),
    RedriveExecution: redriveExecution(states),
    SendTaskFailure: sendTaskFailure(states),
    SendTaskHeartbeat: sendTaskHeartbeat(states),
    SendTaskSuccess: sendTaskSuccess(states),
    StartExecution: startExecution(states),
    StopExecution: stopExecution(states),
    ValidateStateMachineDefinition: validateStateMachineDefinition(states),
  }
}
