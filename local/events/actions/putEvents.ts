import { AwsError } from '../../aws/error.ts'
import type { CloudContext } from '../../aws/context.ts'
import { parsed, record, records, text, texts } from '../../aws/input.ts'
import { arn } from '../../aws/place.ts'
import type { Action, Input } from '../../aws/service.ts'
import type { Buses } from '../buses.ts'
import { newEvent, type EventBridgeEvent } from '../event.ts'
import { busName } from '../rules.ts'

const mostEntries = 10
const largestEntry = 1_048_576

/** Takes events; entries that do not fit are answered with an error of their own. */
export function putEvents(context: CloudContext, buses: Buses): Action {
  return {
    permissions(input) {
      const names = new Set(records(input.Entries).map((entry) => busName(text(entry, 'EventBusName'))))
      return [...names].map((name) => ({
        action: 'events:PutEvents',
        resource: arn(context.place, 'events', `event-bus/${name}`),
      }))
    },
    run(input) {
      const entries = records(input.Entries)
      if (entries.length < 1 || entries.length > mostEntries)
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${mostEntries}, not ${entries.length}`,
        )
      const results = entries.map((entry) => put(entry))
      return { FailedEntryCount: results.filter((each) => 'ErrorCode' in each).length, Entries: results }
    },
  }

  function put(entry: Input): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
    const bus = busName(text(entry, 'EventBusName'))
    const event = read(entry)
    if ('ErrorCode' in event) return event
    if (!buses.has(bus)) return refused('InvalidArgument', `Event bus ${bus} does not exist.`)
    buses.publish(bus, [event])
    return { EventId: event.id }
  }

  function read(entry: Input): EventBridgeEvent | { ErrorCode: string; ErrorMessage: string } {
    const source = text(entry, 'Source')
    const detailType = text(entry, 'DetailType')
    const detailText = text(entry, 'Detail')
    for (const [name, value] of Object.entries({
      Source: source,
      DetailType: detailType,
      Detail: detailText,
    }))
      if (value === undefined || value === '')
        return refused(
          'InvalidArgument',
          `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
        )
    if (source?.startsWith('aws.'))
      return refused('NotAuthorizedForSourceException', 'Not authorized for the source.')
    if (Buffer.byteLength(JSON.stringify(entry)) > largestEntry)
      return refused(
        'InvalidArgument',
        `Total size of the entry is greater than the maximum limit of ${largestEntry} bytes.`,
      )
    const detail = record(parsed(detailText ?? ''))
    if (!detail) return refused('MalformedDetail', 'Detail is malformed.')
    const given =
      entry.Time instanceof Date
        ? entry.Time.getTime()
        : typeof entry.Time === 'number'
          ? entry.Time * 1000
          : undefined
    const resources = texts(entry.Resources)
    return newEvent(context.place, given ?? context.clock.now(), {
      source: source ?? '',
      detailType: detailType ?? '',
      detail,
      resources,
    })
  }
}

function refused(ErrorCode: string, ErrorMessage: string): { ErrorCode: string; ErrorMessage: string } {
  return { ErrorCode, ErrorMessage }
}
