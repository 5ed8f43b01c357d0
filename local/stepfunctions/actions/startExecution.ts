import { randomUUID } from 'node:crypto'
import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import { begin, newExecution } from '../engine/begin.ts'
import { payloadLimit } from '../json.ts'
import type { States } from '../states.ts'
import { executionExists, invalidInput, invalidMember, invalidName } from './errors.ts'
import { atMost, executionArn, findMachine, on, required, seconds } from './read.ts'

/**
 * Starting again under the name of a running execution answers as the first time, if the input is the same; a name
 * is taken until 90 days after its execution closed.
 */
export function startExecution(states: States): Action {
  return {
    permissions: on('StartExecution', 'stateMachineArn'),
    async run(input) {
      const machine = findMachine(states, required(input, 'stateMachineArn'))
      const name = executionName(text(input, 'name'))
      const given = executionInput(text(input, 'input'))
      const arn = executionArn(states, { machine: machine.name, name })
      const open = states.engine.byArn.get(arn)
      const taken = open ?? states.read.find(machine.name, name)
      if (taken) {
        if (taken.status !== 'RUNNING' || taken.input !== given) throw executionExists(arn)
        return { executionArn: arn, startDate: seconds(taken.start) }
      }
      const revision = states.revision(machine.revision)
      const start = states.engine.context.clock.now()
      const execution = newExecution(
        { id: states.nextId(), machine: machine.name, name, arn, revision, input: given, start },
        'new',
      )
      await begin(states.engine, execution, revision).catch((error: unknown) => {
        throw new AwsError('InternalServerError', `The execution could not be stored: ${String(error)}`, {
          status: 500,
        })
      })
      return { executionArn: arn, startDate: seconds(start) }
    },
  }
}

/** No white space, brackets, wildcards or control characters; API Reference, StartExecution. */
function executionName(given: string | undefined): string {
  if (given === undefined) return randomUUID()
  if (given === '') throw invalidMember("''", 'name', 'Member must have length greater than or equal to 1')
  atMost(given, 'name', 320)
  if (given.length > 80)
    throw invalidMember(`'${given}'`, 'name', 'Member must have length less than or equal to 80')
  if (/[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(given)) throw invalidName(given)
  return given
}

function executionInput(given = '{}'): string {
  atMost(given, 'input', payloadLimit)
  try {
    JSON.parse(given)
    return given
  } catch (error) {
    throw invalidInput(jsonProblem(given, error))
  }
}

/** As AWS's parser words it, where that can be told. */
export function jsonProblem(given: string, error: unknown): string {
  if (given.trim() === '') return 'Invalid execution input.'
  const word = /^\s*([A-Za-z_]\w*)/.exec(given)?.[1]
  if (word !== undefined && !['true', 'false', 'null'].includes(word))
    return `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`
  return error instanceof Error ? error.message : String(error)
}
