import { readFileSync } from 'node:fs'
import { flag, record, records, text } from '../aws/input.ts'
import type { CloudContext } from '../aws/context.ts'
import { arn } from '../aws/place.ts'
import { generatedName, type Resource, type ResourceType } from '../aws/resource.ts'
import type { Observation } from './engine/execution.ts'
import type { Options } from './index.ts'
import type { Diagnostic } from './language/check.ts'

/** `AWS::StepFunctions::StateMachine`: Ref is the ARN. */
export const stateMachineType: ResourceType = {
  identify(id, place) {
    const given = id.property('StateMachineName')
    const name = typeof given === 'string' ? given : generatedName(id, 80)
    const machine = arn(place, 'states', `stateMachine:${name}`)
    return { ref: machine, attributes: { Arn: machine, Name: name } }
  },
}

export const activityType: ResourceType = {
  identify(id) {
    throw new Error(`${id.stack}/${id.logicalId}: AWS::StepFunctions::Activity is not supported`)
  },
}

const known = [
  'Definition',
  'DefinitionS3Location',
  'DefinitionString',
  'DefinitionSubstitutions',
  'LoggingConfiguration',
  'RoleArn',
  'StateMachineName',
  'StateMachineType',
  'Tags',
  'TracingConfiguration',
]

export interface Declared {
  readonly name: string
  readonly definition: string
  readonly role: string
  readonly logging: Observation
}

/** Reads a state machine of the template. Throws an Error that names it for what does not run here. */
export function declared(resource: Resource, context: CloudContext): Declared {
  const { properties } = resource
  const refuse = (message: string): never => {
    throw new Error(`State machine ${resource.stack}/${resource.logicalId}: ${message}`)
  }
  for (const name of Object.keys(properties))
    if (!known.includes(name)) refuse(`property ${name} is not supported`)
  const type = text(properties, 'StateMachineType') ?? 'STANDARD'
  if (type !== 'STANDARD') refuse(`StateMachineType ${type} is not supported; only STANDARD is`)
  const role = text(properties, 'RoleArn') ?? refuse('RoleArn is required')
  const definition =
    definitionOf(resource, context) ??
    refuse('DefinitionString, Definition or DefinitionS3Location is required')
  return { name: resource.attributes.Name ?? '', definition, role, logging: logging(resource, refuse) }
}

function definitionOf({ properties }: Resource, context: CloudContext): string | undefined {
  const source =
    text(properties, 'DefinitionString') ?? inline(properties.Definition) ?? fromAsset(properties, context)
  const substitutions = record(properties.DefinitionSubstitutions) ?? {}
  return source?.replace(/\$\{([^}]+)\}/g, (found, name: string) => {
    const value = substitutions[name]
    return value === undefined ? found : typeof value === 'string' ? value : JSON.stringify(value)
  })
}

function inline(definition: unknown): string | undefined {
  return record(definition) && JSON.stringify(definition)
}

function fromAsset(properties: Resource['properties'], context: CloudContext): string | undefined {
  const location = record(properties.DefinitionS3Location)
  if (!location) return undefined
  const address = `s3://${text(location, 'Bucket') ?? ''}/${text(location, 'Key') ?? ''}`
  const file = context.asset(address)
  if (file === undefined) throw new Error(`DefinitionS3Location ${address} is not among the assets`)
  return readFileSync(file, 'utf8')
}

function logging({ properties }: Resource, refuse: (message: string) => never): Observation {
  const given = record(properties.LoggingConfiguration) ?? {}
  const level = text(given, 'Level') ?? 'OFF'
  if (level !== 'ALL' && level !== 'ERROR' && level !== 'FATAL' && level !== 'OFF')
    return refuse(`LoggingConfiguration.Level ${level} is unknown`)
  const groups = records(given.Destinations).map((each) => {
    const group = text(record(each.CloudWatchLogsLogGroup) ?? {}, 'LogGroupArn') ?? ''
    return (
      /^arn:[^:]+:logs:[^:]*:\d*:log-group:([^:]+)(:\*)?$/.exec(group)?.[1] ??
      refuse(`LogGroupArn '${group}' is no ARN of a log group`)
    )
  })
  if (level !== 'OFF' && groups.length === 0)
    refuse(`LoggingConfiguration.Level ${level} needs a destination`)
  const tracing = flag(record(properties.TracingConfiguration) ?? {}, 'Enabled') ?? false
  return { level, includeExecutionData: flag(given, 'IncludeExecutionData') ?? false, groups, tracing }
}

/** As CreateStateMachine reports an invalid definition. */
export function definitionProblem(diagnostics: readonly Diagnostic[]): string {
  const all = diagnostics.map(
    ({ code, message, location }) => `${code}: ${message}${location === undefined ? '' : ` at ${location}`}`,
  )
  return `Invalid State Machine Definition: '${all.join(', ')}'`
}

/** Throws, as CreateStateMachine refuses, unless the role trusts Step Functions, by its global name or the regional one. */
export function assumable(
  mayAssume: Options['mayAssume'],
  role: string,
  machine: string,
  region: string,
): void {
  const names = ['states.amazonaws.com', `states.${region}.amazonaws.com`]
  const trusts = (name: string): boolean => {
    try {
      mayAssume?.(role, name, machine)
      return true
    } catch {
      return false
    }
  }
  if (names.some(trusts)) return
  throw new Error(
    `${machine}: Neither the global service principal ${names.join(', nor the regional one ')} is authorized to assume the provided role ${role}.`,
  )
}

const logDelivery = [
  'CreateLogDelivery',
  'GetLogDelivery',
  'UpdateLogDelivery',
  'DeleteLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'DescribeResourcePolicies',
  'DescribeLogGroups',
]

/** Throws, as CreateStateMachine refuses, unless the role may have logs delivered; these actions know no resource. */
export function mayLog(context: CloudContext, roleArn: string, machine: string): void {
  try {
    for (const action of logDelivery)
      context.authorize(
        { kind: 'role', roleArn, session: 'states' },
        { action: `logs:${action}`, resource: '*' },
      )
  } catch (cause) {
    throw new Error(
      `${machine}: The state machine IAM Role is not authorized to access the Log Destination`,
      { cause },
    )
  }
}
