import type { Json, JsonObject } from '../json.ts'
import { bytes, payloadLimit } from '../json.ts'
import { dataLimitExceeded, StateError } from '../stateError.ts'
import type { Event, Execution, Thread } from './execution.ts'

/** An execution with more events fails. */
export const historyLimit = 25_000

/** Appends an event that follows `previous` and answers its number. */
export function append(
  execution: Execution,
  at: number,
  previous: number,
  type: string,
  details?: Readonly<Record<string, Json | undefined>>,
): number {
  if (execution.lastEvent >= historyLimit - 1 && !type.startsWith('Execution'))
    throw new StateError(
      'States.Runtime',
      `The execution reached the maximum number of history events (${historyLimit}).`,
    )
  const event: Event = { type, previous, at, ...(details && { details: withoutUndefined(details) }) }
  execution.unsaved.events.push(event)
  return ++execution.lastEvent
}

/** Appends an event that the thread's next one follows. */
export function record(
  execution: Execution,
  thread: Thread,
  at: number,
  type: string,
  details?: Readonly<Record<string, Json | undefined>>,
): number {
  thread.previous = append(execution, at, thread.previous, type, details)
  return thread.previous
}

function withoutUndefined(details: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(details)) if (value !== undefined) kept[name] = value
  return kept
}

/** The text of a payload. Throws States.DataLimitExceeded, in the name of `who`, for one that is too large. */
export function payload(value: Json, who: string): string {
  const text = JSON.stringify(value)
  if (text.length * 3 > payloadLimit && bytes(text) > payloadLimit) throw dataLimitExceeded(who)
  return text
}
