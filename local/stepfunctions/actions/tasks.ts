import { text } from '../../aws/input.ts'
import type { Action, Input, Permission } from '../../aws/service.ts'
import type { Execution, Thread } from '../engine/execution.ts'
import { step } from '../engine/steps.ts'
import { heartbeat, isCurrent, succeed, taskFailed } from '../engine/taskOutcome.ts'
import { readTaskToken } from '../engine/token.ts'
import { payloadLimit, type Json } from '../json.ts'
import { StateError } from '../stateError.ts'
import type { States } from '../states.ts'
import { invalidOutput, invalidToken, noSuchTask, taskGone } from './errors.ts'
import { atMost, machineArn, required } from './read.ts'
import { jsonProblem } from './startExecution.ts'

export function sendTaskSuccess(states: States): Action {
  return {
    permissions: onMachine(states, 'SendTaskSuccess'),
    async run(input) {
      const token = required(input, 'taskToken')
      const output = taskOutput(required(input, 'output'))
      await answer(states, token, (execution, thread) => succeed(states.engine, execution, thread, output))
      return {}
    },
  }
}

export function sendTaskFailure(states: States): Action {
  return {
    permissions: onMachine(states, 'SendTaskFailure'),
    async run(input) {
      const token = required(input, 'taskToken')
      const [error, cause] = [text(input, 'error'), text(input, 'cause')]
      atMost(error, 'error', 256)
      atMost(cause, 'cause', 32_768)
      await answer(states, token, (execution, thread) =>
        taskFailed(states.engine, execution, thread, new StateError(error, cause)),
      )
      return {}
    },
  }
}

export function sendTaskHeartbeat(states: States): Action {
  return {
    permissions: onMachine(states, 'SendTaskHeartbeat'),
    async run(input) {
      await answer(states, required(input, 'taskToken'), (execution, thread) => {
        heartbeat(states.engine, execution, thread)
      })
      return {}
    },
  }
}

/** What CDK's grantTaskResponse grants: the action on the machine whose task it is. */
function onMachine(states: States, action: string): (input: Input) => Permission[] {
  return (input) => {
    const named = readTaskToken(text(input, 'taskToken') ?? '')
    const execution =
      named && (states.engine.running.get(named.execution) ?? states.read.byId(named.execution))
    return [{ action: `states:${action}`, resource: execution ? machineArn(states, execution.machine) : '*' }]
  }
}

function taskOutput(given: string): Json {
  atMost(given, 'output', payloadLimit)
  try {
    return JSON.parse(given) as Json
  } catch (error) {
    throw invalidOutput(jsonProblem(given, error))
  }
}

/** Does `work` with the task that waits for the token; resolves once that is on disk. */
async function answer(
  states: States,
  token: string,
  work: (execution: Execution, thread: Thread) => Promise<void> | void,
): Promise<void> {
  const named = readTaskToken(token)
  if (!named) throw invalidToken()
  const execution = states.engine.running.get(named.execution)
  if (!execution) throw states.read.byId(named.execution) ? taskGone() : noSuchTask()
  let saved: Promise<void> | undefined
  await step(states.engine, execution, async () => {
    const thread = execution.threads.get(named.thread)
    if (!thread || !isCurrent(execution, thread, token)) return
    saved = new Promise((resolve, reject) => {
      execution.unsaved.effects.push({ done: resolve, failed: reject })
    })
    await work(execution, thread)
  })
  if (!saved) throw taskGone()
  await saved
}
