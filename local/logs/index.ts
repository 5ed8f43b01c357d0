import type { CloudContext } from '../aws/context.ts'
import { number } from '../aws/input.ts'
import { generatedName, type Resource, type ResourceType } from '../aws/resource.ts'
import type { Service } from '../aws/service.ts'
import { filterLogEvents, getLogEvents, putLogEvents } from './actions/logEvents.ts'
import {
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  putRetentionPolicy,
  retentions,
} from './actions/logGroups.ts'
import { createLogStream, deleteLogStream, describeLogStreams } from './actions/logStreams.ts'
import { groupArn, openLogs, type Logs } from './logs.ts'
import type { Listener } from './writer.ts'

export interface CloudWatchLogs {
  readonly service: Service
  /** Appends one event, creating group and stream. On disk within 20 ms; a kill may lose what came later. */
  write(group: string, stream: string, message: string, at: number): void
  /** Hears of every event once it is on disk. */
  onEvents(listener: Listener): void
}

const hour = 3_600_000

/** CloudWatch Logs, on disk in `<data>/logs.db`. */
export function createLogs(context: CloudContext): CloudWatchLogs {
  const logs = openLogs(context)
  let cancelTick = (): void => undefined

  function expire(): void {
    logs.store.expire(context.clock.now())
    cancelTick = context.clock.at(context.clock.now() + hour, expire)
  }

  const service: Service = {
    name: 'logs',
    actions: {
      CreateLogGroup: createLogGroup(logs),
      CreateLogStream: createLogStream(logs),
      DeleteLogGroup: deleteLogGroup(logs),
      DeleteLogStream: deleteLogStream(logs),
      DeleteRetentionPolicy: deleteRetentionPolicy(logs),
      DescribeLogGroups: describeLogGroups(logs),
      DescribeLogStreams: describeLogStreams(logs),
      FilterLogEvents: filterLogEvents(logs),
      GetLogEvents: getLogEvents(logs),
      PutLogEvents: putLogEvents(logs),
      PutRetentionPolicy: putRetentionPolicy(logs),
    },
    resourceTypes: { 'AWS::Logs::LogGroup': logGroup, 'AWS::Logs::ResourcePolicy': resourcePolicy },
    deploy: (resources) => Promise.resolve().then(() => deployGroups(logs, resources)),
    start: expire,
    stop() {
      cancelTick()
      logs.writer.stop()
      logs.store.close()
    },
  }
  return { service, write: logs.writer.write, onEvents: logs.writer.onEvents }
}

const logGroup: ResourceType = {
  identify(id, place) {
    const given = id.property('LogGroupName')
    const name = typeof given === 'string' ? given : generatedName(id, 512)
    return { ref: name, attributes: { Arn: `${groupArn(place, name)}:*` } }
  },
}

/** Lets AWS services write to log groups; here they always may. */
const resourcePolicy: ResourceType = {
  identify(id) {
    const name = id.property('PolicyName')
    return { ref: typeof name === 'string' ? name : generatedName(id), attributes: {} }
  },
}

const known = [
  'LogGroupName',
  'RetentionInDays',
  'Tags',
  'KmsKeyId',
  'LogGroupClass',
  'DeletionProtectionEnabled',
]

function deployGroups(logs: Logs, resources: readonly Resource[]): void {
  for (const { stack, logicalId, ref, type, properties } of resources) {
    if (type !== 'AWS::Logs::LogGroup') continue
    const wrong = Object.keys(properties).find((name) => !known.includes(name))
    if (wrong) throw new Error(`${stack}/${logicalId} (${type}): property ${wrong} is not supported`)
    const days = number(properties, 'RetentionInDays') ?? null
    if (days !== null && !retentions.includes(days))
      throw new Error(`${stack}/${logicalId} (${type}): RetentionInDays cannot be ${days}`)
    logs.store.createGroup(ref, logs.context.clock.now())
    logs.store.retain(ref, days)
  }
}
