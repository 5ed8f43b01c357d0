import type { CloudContext } from '../aws/context.ts'
import type { Event, Execution } from './engine/execution.ts'
import type { Json } from './json.ts'

const data = ['input', 'output', 'parameters', 'assignedVariables']
const fatal = new Set(['ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut'])

/** Writes events to the machine's log groups, as far as its LoggingConfiguration wants them. */
export function logEvents(
  context: CloudContext,
  execution: Execution,
  events: readonly Event[],
  first: number,
): void {
  const { level, includeExecutionData, groups } = execution.revision.logging
  if (level === 'OFF') return
  const stream = `states/${execution.machine}/${new Date(execution.start).toISOString().slice(0, 10)}`
  for (const [index, { type, previous, at, details = {} }] of events.entries()) {
    if (level === 'FATAL' && !fatal.has(type)) continue
    if (level === 'ERROR' && !fatal.has(type) && !/Failed$|TimedOut$|Aborted$/.test(type)) continue
    const kept = Object.entries(details).filter(([name]) => includeExecutionData || !data.includes(name))
    const message = JSON.stringify({
      id: String(first + index),
      type,
      details: Object.fromEntries(kept.flatMap(([name, value]) => withTruncation(name, value))),
      previous_event_id: String(previous),
      event_timestamp: String(at),
      execution_arn: execution.arn,
      redrive_count: String(execution.redriveCount),
    })
    for (const group of groups) context.log(group, stream, message, at)
  }
}

function withTruncation(name: string, value: Json): [string, Json][] {
  return name === 'input' || name === 'output'
    ? [
        [name, value],
        [`${name}Details`, { truncated: false }],
      ]
    : [[name, value]]
}
