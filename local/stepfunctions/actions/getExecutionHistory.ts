import { flag } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import type { Json } from '../json.ts'
import type { States } from '../states.ts'
import type { EventRecord } from '../store/records.ts'
import { findExecution, nextToken, on, pageSize, pageStart, required, seconds } from './read.ts'

export function getExecutionHistory(states: States): Action {
  return {
    permissions: on('GetExecutionHistory', 'executionArn'),
    run(input) {
      const found = findExecution(states, required(input, 'executionArn'))
      const withData = flag(input, 'includeExecutionData') ?? true
      const limit = pageSize(input)
      const events = states.read.history(found.id)
      if (flag(input, 'reverseOrder')) events.reverse()
      const from = pageStart(input) ?? 0
      const page = events.slice(from, from + limit)
      return {
        events: page.map((each) => historyEvent(each, withData)),
        ...(from + limit < events.length && { nextToken: nextToken(from + limit) }),
      }
    },
  }
}

/** Details are named after the event's type, except that all states share theirs. */
function detailsName(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails'
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails'
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`
}

/** These have a member for their details even when there are none. */
const always = new Set([
  'ExecutionAborted',
  'ExecutionFailed',
  'ExecutionSucceeded',
  'ExecutionTimedOut',
  'TaskFailed',
  'TaskTimedOut',
])

function historyEvent({ id, type, previous, at, details }: EventRecord, withData: boolean): object {
  const name = details || always.has(type) ? detailsName(type) : undefined
  return {
    id,
    previousEventId: previous,
    timestamp: seconds(at),
    type,
    ...(name !== undefined && {
      [name]: Object.fromEntries(Object.entries(details ?? {}).flatMap((each) => member(each, withData))),
    }),
  }
}

/** With data, a payload comes with a note that it is whole; without, neither does. */
function member([name, value]: [string, Json], withData: boolean): [string, Json][] {
  if (name !== 'input' && name !== 'output' && name !== 'assignedVariables' && name !== 'parameters')
    return [[name, value]]
  if (!withData) return []
  return name === 'parameters'
    ? [[name, value]]
    : [
        [name, value],
        [`${name}Details`, { truncated: false }],
      ]
}
