import { arn } from '../aws/place.ts'
import { text } from '../aws/input.ts'
import { generatedName, type Resource, type ResourceType } from '../aws/resource.ts'
import { putAlarm, removeAlarm } from './alarms/put.ts'
import type { CloudWatchParts } from './cloudwatch.ts'

const alarmTypes = {
  'AWS::CloudWatch::Alarm': 'metric',
  'AWS::CloudWatch::CompositeAlarm': 'composite',
} as const
const dashboardType = 'AWS::CloudWatch::Dashboard'

const alarm: ResourceType = {
  identify(id, place) {
    const given = id.property('AlarmName')
    const name = typeof given === 'string' ? given : generatedName(id, 255)
    return { ref: name, attributes: { Arn: arn(place, 'cloudwatch', `alarm:${name}`) } }
  },
}

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  [dashboardType]: {
    identify(id) {
      const given = id.property('DashboardName')
      return { ref: typeof given === 'string' ? given : generatedName(id, 255), attributes: {} }
    },
  },
}

/** Brings alarms and dashboards to what the template says; alarms keep their states. */
export function deployAlarms(parts: CloudWatchParts, resources: readonly Resource[]): void {
  const wanted = new Set<string>()
  for (const resource of resources) {
    if (resource.type === dashboardType) continue
    wanted.add(resource.ref)
    deployAlarm(parts, resource)
  }
  for (const { name, template } of parts.alarms.all())
    if (template && !wanted.has(name)) removeAlarm(parts, name)
  deployDashboards(
    parts,
    resources.filter(({ type }) => type === dashboardType),
  )
}

function deployAlarm(parts: CloudWatchParts, { stack, logicalId, type, ref, properties }: Resource): void {
  const template = JSON.stringify(properties)
  if (parts.alarms.named(ref)?.template === template) return
  const kind = alarmTypes[type as keyof typeof alarmTypes]
  try {
    putAlarm(parts, { name: ref, kind, config: properties, template })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`${stack}/${logicalId} (${type}): ${message}`, { cause: error })
  }
}

function deployDashboards(parts: CloudWatchParts, resources: readonly Resource[]): void {
  const names = new Set(resources.map(({ ref }) => ref))
  const now = parts.context.clock.now()
  for (const { ref, properties } of resources)
    parts.dashboards.put(ref, text(properties, 'DashboardBody') ?? '{}', now)
  for (const { name } of parts.dashboards.all()) if (!names.has(name)) parts.dashboards.remove(name)
}
