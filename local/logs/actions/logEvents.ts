import { createHash } from 'node:crypto'
import { number, records, text, texts } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { filterOf } from '../filterPattern.ts'
import type { Cursor, StoredEvent } from '../logStore.ts'
import { existingGroup, existingStream, invalid, onGroup, type Logs } from '../logs.ts'

const mostEvents = 10_000

export function putLogEvents(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'PutLogEvents', input),
    run(input) {
      const group = existingGroup(logs, input)
      const stream = existingStream(logs, group, input)
      const events = records(input.logEvents).map((event) => ({
        message: text(event, 'message') ?? '',
        at: number(event, 'timestamp') ?? NaN,
      }))
      if (events.length === 0 || events.length > mostEvents)
        throw invalid(
          `1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and ${mostEvents}`,
        )
      if (events.some(({ message, at }) => message === '' || Number.isNaN(at)))
        throw invalid(
          "1 validation error detected: Value at 'logEvents' needs a message and a timestamp in each event",
        )
      if (events.some((event, index) => event.at < (events[index - 1]?.at ?? 0)))
        throw invalid('Log events in a single PutLogEvents request must be in chronological order.')
      for (const { message, at } of events) logs.writer.write(group.name, stream.name, message, at)
      logs.writer.flush()
      return { nextSequenceToken: createHash('sha1').update(String(events.length)).digest('hex') }
    },
  }
}

/** A page forwards (`f/` token) or backwards (`b/`); the newest when there is no token and no startFromHead. */
export function getLogEvents(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'GetLogEvents', input),
    run(input) {
      logs.writer.flush()
      const group = existingGroup(logs, input)
      const stream = existingStream(logs, group, input)
      const token = tokenOf(text(input, 'nextToken'))
      const backwards = token ? token.backwards : input.startFromHead !== true
      const edge = token && (backwards ? { before: token.cursor } : { after: token.cursor })
      const range = { group: group.id, stream: stream.id, ...period(input), ...edge }
      const found = logs.store.events(range, limitOf(input), backwards)
      const events = backwards ? found.reverse() : found
      const rest = token?.cursor ?? { at: backwards ? range.until : range.from, id: 0 }
      return {
        events: events.map(({ at, message, ingested }) => ({
          timestamp: at,
          message,
          ingestionTime: ingested,
        })),
        nextForwardToken: `f/${written(events.at(-1) ?? rest)}`,
        nextBackwardToken: `b/${written(events[0] ?? rest)}`,
      }
    },
  }
}

export function filterLogEvents(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'FilterLogEvents', input),
    run(input) {
      logs.writer.flush()
      const group = existingGroup(logs, input)
      const matches = filterOf(text(input, 'filterPattern'))
      const names = texts(input.logStreamNames)
      const prefix = text(input, 'logStreamNamePrefix')
      if (names.length > 0 && prefix !== undefined)
        throw invalid('Exactly one of logStreamNames and logStreamNamePrefix may be given.')
      const wanted = ({ stream, message }: StoredEvent): boolean =>
        (names.length === 0 || names.includes(stream)) && stream.startsWith(prefix ?? '') && matches(message)
      const limit = limitOf(input)
      const events: StoredEvent[] = []
      let after = tokenOf(text(input, 'nextToken'))?.cursor
      for (;;) {
        const found = logs.store.events({ group: group.id, ...period(input), after }, mostEvents)
        events.push(...found.filter(wanted))
        after = found.at(-1)
        if (found.length < mostEvents || events.length > limit) break
      }
      const shown = events.slice(0, limit)
      const last = shown.at(-1)
      return {
        events: shown.map((event) => ({
          logStreamName: event.stream,
          timestamp: event.at,
          message: event.message,
          ingestionTime: event.ingested,
          eventId: String(event.id).padStart(56, '0'),
        })),
        searchedLogStreams: [],
        ...(last && events.length > limit && { nextToken: `f/${written(last)}` }),
      }
    },
  }
}

function limitOf(input: Input): number {
  const limit = number(input, 'limit') ?? mostEvents
  if (!Number.isInteger(limit) || limit < 1 || limit > mostEvents)
    throw invalid(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${mostEvents}`,
    )
  return limit
}

function period(input: Input): { from: number; until: number } {
  return { from: number(input, 'startTime') ?? 0, until: number(input, 'endTime') ?? Number.MAX_SAFE_INTEGER }
}

function written(cursor: Cursor): string {
  return `${cursor.at}.${cursor.id}`
}

function tokenOf(token: string | undefined): { backwards: boolean; cursor: Cursor } | undefined {
  if (token === undefined) return undefined
  const match = /^([fb])\/(\d+)\.(\d+)$/.exec(token)
  if (!match) throw invalid('The specified nextToken is invalid.')
  return { backwards: match[1] === 'b', cursor: { at: Number(match[2]), id: Number(match[3]) } }
}
