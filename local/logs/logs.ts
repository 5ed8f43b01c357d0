import type { CloudContext } from '../aws/context.ts'
import { AwsError } from '../aws/error.ts'
import { text } from '../aws/input.ts'
import { arn, type Place } from '../aws/place.ts'
import type { Input, Permission } from '../aws/service.ts'
import { openLogStore, type LogGroup, type LogStore, type LogStream } from './logStore.ts'
import { createWriter, type Writer } from './writer.ts'

/** What the actions work on. */
export interface Logs {
  readonly context: CloudContext
  readonly store: LogStore
  readonly writer: Writer
}

export function openLogs(context: CloudContext): Logs {
  const store = openLogStore(context.data)
  return { context, store, writer: createWriter(store, context.clock) }
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message)
}

function absent(member: string): AwsError {
  return invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  )
}

function groupName(input: Input): string | undefined {
  const name = text(input, 'logGroupName') ?? text(input, 'logGroupIdentifier')
  return name?.startsWith('arn:') ? name.split(':')[6] : name
}

export function existingGroup(logs: Logs, input: Input): LogGroup {
  const name = groupName(input)
  if (!name) throw absent('logGroupName')
  const group = logs.store.groupNamed(name)
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
  return group
}

export function existingStream(logs: Logs, group: LogGroup, input: Input): LogStream {
  const stream = logs.store.streamNamed(group.id, required(input, 'logStreamName'))
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
  return stream
}

export function required(input: Input, member: string): string {
  const value = text(input, member)
  if (!value) throw absent(member)
  return value
}

export function groupArn(place: Place, name: string): string {
  return arn(place, 'logs', `log-group:${name}`)
}

/** CloudWatch Logs asks for a stream ARN, with an empty stream name where none is meant. */
export function onGroup(logs: Logs, action: string, input: Input): Permission[] {
  const resource = `${groupArn(logs.context.place, groupName(input) ?? '')}:log-stream:`
  return [{ action: `logs:${action}`, resource: resource + (text(input, 'logStreamName') ?? '') }]
}
