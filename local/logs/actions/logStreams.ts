import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import type { LogStream } from '../logStore.ts'
import { existingGroup, existingStream, groupArn, invalid, onGroup, required, type Logs } from '../logs.ts'
import { page } from './page.ts'

export function describeLogStreams(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'DescribeLogStreams', input),
    run(input) {
      logs.writer.flush()
      const group = existingGroup(logs, input)
      const prefix = text(input, 'logStreamNamePrefix') ?? ''
      const byTime = text(input, 'orderBy') === 'LastEventTime'
      if (byTime && prefix) throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.')
      const streams = logs.store.streams(group.id).filter(({ name }) => name.startsWith(prefix))
      if (byTime) streams.sort((a, b) => (a.last ?? 0) - (b.last ?? 0))
      if (input.descending === true) streams.reverse()
      const { shown, next } = page(streams, ({ name }) => name, input, 50)
      const description = (stream: LogStream): object => ({
        logStreamName: stream.name,
        creationTime: stream.created,
        ...(stream.first !== null && { firstEventTimestamp: stream.first }),
        ...(stream.last !== null && { lastEventTimestamp: stream.last }),
        ...(stream.ingested !== null && { lastIngestionTime: stream.ingested }),
        arn: `${groupArn(logs.context.place, group.name)}:log-stream:${stream.name}`,
        storedBytes: 0,
      })
      return { logStreams: shown.map(description), ...next }
    },
  }
}

export function createLogStream(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'CreateLogStream', input),
    run(input) {
      const group = existingGroup(logs, input)
      const name = required(input, 'logStreamName')
      if (/[:*]/.test(name) || name.length > 512)
        throw invalid(
          `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
        )
      if (logs.store.streamNamed(group.id, name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists')
      logs.store.createStream(group.id, name, logs.context.clock.now())
      return {}
    },
  }
}

export function deleteLogStream(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'DeleteLogStream', input),
    run(input) {
      logs.writer.flush()
      logs.store.removeStream(existingStream(logs, existingGroup(logs, input), input).id)
      return {}
    },
  }
}
