import { AwsError } from '../../aws/error.ts'
import { number, text } from '../../aws/input.ts'
import type { Action } from '../../aws/service.ts'
import type { LogGroup } from '../logStore.ts'
import { existingGroup, groupArn, invalid, onGroup, required, type Logs } from '../logs.ts'
import { page } from './page.ts'

/** Days that CloudWatch Logs can keep events. */
export const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

export function describeLogGroups(logs: Logs): Action {
  return {
    permissions: (input) =>
      onGroup(logs, 'DescribeLogGroups', { logGroupName: text(input, 'logGroupNamePrefix') ?? '' }),
    run(input) {
      logs.writer.flush()
      const prefix = text(input, 'logGroupNamePrefix') ?? ''
      const part = text(input, 'logGroupNamePattern') ?? ''
      const groups = logs.store.groups().filter(({ name }) => name.startsWith(prefix) && name.includes(part))
      const { shown, next } = page(groups, (group) => group.name, input, 50)
      return { logGroups: shown.map((group) => description(logs, group)), ...next }
    },
  }
}

function description(logs: Logs, group: LogGroup): object {
  const resource = groupArn(logs.context.place, group.name)
  return {
    logGroupName: group.name,
    creationTime: group.created,
    ...(group.retention !== null && { retentionInDays: group.retention }),
    metricFilterCount: 0,
    arn: `${resource}:*`,
    logGroupArn: resource,
    logGroupClass: 'STANDARD',
    storedBytes: logs.store.storedBytes(group.id),
  }
}

export function createLogGroup(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'CreateLogGroup', input),
    run(input) {
      const name = required(input, 'logGroupName')
      if (!/^[\w./#-]{1,512}$/.test(name))
        throw invalid(
          `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
        )
      if (logs.store.groupNamed(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists')
      logs.store.createGroup(name, logs.context.clock.now())
      return {}
    },
  }
}

export function deleteLogGroup(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'DeleteLogGroup', input),
    run(input) {
      logs.writer.flush()
      logs.store.removeGroup(existingGroup(logs, input).id)
      return {}
    },
  }
}

export function putRetentionPolicy(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'PutRetentionPolicy', input),
    run(input) {
      const group = existingGroup(logs, input)
      const days = number(input, 'retentionInDays')
      if (days === undefined || !retentions.includes(days))
        throw invalid(
          `1 validation error detected: Value '${days ?? ''}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(', ')}]`,
        )
      logs.store.retain(group.name, days)
      return {}
    },
  }
}

export function deleteRetentionPolicy(logs: Logs): Action {
  return {
    permissions: (input) => onGroup(logs, 'DeleteRetentionPolicy', input),
    run(input) {
      logs.store.retain(existingGroup(logs, input).name, null)
      return {}
    },
  }
}
