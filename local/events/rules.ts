import { randomUUID } from 'node:crypto'
import type { CloudContext } from '../aws/context.ts'
import { parsed } from '../aws/input.ts'
import { arn, type Place } from '../aws/place.ts'
import type { Principal } from '../aws/principal.ts'
import type { Resource } from '../aws/resource.ts'
import { isObject, properties, propertiesOf, type Properties } from '../lambda/properties.ts'
import type { EventBridgeEvent } from './event.ts'
import { parseExpression } from './expression.ts'
import { checkPath, targetInput, type InputSettings } from './input.ts'
import { compilePattern, type Matcher } from './pattern.ts'
import type { PendingDelivery } from './store.ts'
import { callFor } from './target.ts'

export interface Rule {
  readonly name: string
  readonly arn: string
  readonly bus: string
  readonly description?: string | undefined
  readonly declaredEnabled: boolean
  readonly patternText?: string | undefined
  readonly matches: Matcher
  readonly expression?: string | undefined
  readonly targets: readonly RuleTarget[]
}

export interface RuleTarget {
  readonly id: string
  readonly arn: string
  readonly roleArn?: string | undefined
  readonly input: InputSettings
  readonly messageGroupId?: string | undefined
  readonly maximumRetries: number
  /** Milliseconds. */
  readonly maximumAge: number
  readonly deadLetterArn?: string | undefined
}

/** A name stays a name; an event bus may also be given by its ARN. */
export function busName(given: string | undefined): string {
  return given === undefined ? 'default' : given.slice(given.lastIndexOf('/') + 1)
}

export function ruleArn(place: Place, bus: string, name: string): string {
  return arn(place, 'events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`)
}

export function readRule(resource: Resource, context: CloudContext): Rule {
  const given = propertiesOf(resource)
  given.only([
    'Name',
    'Description',
    'EventBusName',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'Targets',
    'RoleArn',
    'Tags',
  ])
  const expression = given.optionalText('ScheduleExpression')
  const pattern = readPattern(given)
  if (expression === undefined && pattern === undefined)
    throw new Error(`${given.path}: Parameter(s) EventPattern or ScheduleExpression must be specified.`)
  const bus = busName(given.optionalText('EventBusName'))
  if (expression !== undefined) checkExpression(given, expression, bus)
  const name = resource.ref.slice(resource.ref.lastIndexOf('|') + 1)
  return {
    name,
    arn: ruleArn(context.place, bus, name),
    bus,
    description: given.optionalText('Description'),
    declaredEnabled: (given.optionalText('State') ?? 'ENABLED') !== 'DISABLED',
    patternText: pattern && JSON.stringify(pattern),
    matches: pattern ? compilePattern(pattern) : () => false,
    expression,
    targets: given.list('Targets').map((target) => readTarget(target, given.path, context)),
  }
}

function readPattern(given: Properties): Record<string, unknown> | undefined {
  const raw = given.raw('EventPattern')
  const pattern = typeof raw === 'string' ? parsed(raw) : raw
  if (pattern !== undefined && !isObject(pattern))
    throw new Error(`${given.path}: EventPattern must be an object`)
  try {
    if (pattern) compilePattern(pattern)
  } catch (error) {
    throw new Error(`${given.path}: ${String(error)}`, { cause: error })
  }
  return pattern
}

function checkExpression(given: Properties, expression: string, bus: string): void {
  try {
    if (expression.startsWith('at(')) throw new Error(`ScheduleExpression ${expression} is not valid`)
    if (bus !== 'default') throw new Error('ScheduleExpression is supported only on the default event bus.')
    parseExpression(expression, { anchor: 0 })
  } catch (error) {
    throw new Error(`${given.path}: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
}

const understood = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
  'SqsParameters',
]

function readTarget(raw: unknown, path: string, context: CloudContext): RuleTarget {
  if (!isObject(raw)) throw new Error(`${path}: a target must be an object`)
  const given = properties(raw, `${path}.Targets`)
  given.only(understood)
  const target: RuleTarget = {
    id: given.text('Id'),
    arn: given.text('Arn'),
    roleArn: given.optionalText('RoleArn'),
    input: readInput(given),
    messageGroupId: given.object('SqsParameters')?.optionalText('MessageGroupId'),
    maximumRetries: given.object('RetryPolicy')?.number('MaximumRetryAttempts') ?? 185,
    maximumAge: (given.object('RetryPolicy')?.number('MaximumEventAgeInSeconds') ?? 86_400) * 1000,
    deadLetterArn: given.object('DeadLetterConfig')?.optionalText('Arn'),
  }
  try {
    callFor(context, target.arn, '{}', { executionName: 'x' })
  } catch (error) {
    throw new Error(`${given.path}: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
  if (target.arn.includes(':states:') && target.roleArn === undefined)
    throw new Error(`${given.path}: RoleArn is required for target ${target.arn}.`)
  return target
}

function readInput(given: Properties): InputSettings {
  const transformer = given.object('InputTransformer')
  const paths: Record<string, string> = {}
  for (const [name, path] of Object.entries(
    transformer?.object('InputPathsMap') ? (transformer.raw('InputPathsMap') as object) : {},
  ))
    paths[name] = String(path)
  const inputPath = given.optionalText('InputPath')
  for (const path of [...Object.values(paths), ...(inputPath === undefined ? [] : [inputPath])])
    checkPath(path)
  return {
    input: given.optionalText('Input'),
    inputPath,
    transformer: transformer && { paths, template: transformer.text('InputTemplate') },
  }
}

/** What a rule sets off for an event. */
export function deliveriesOf(context: CloudContext, rule: Rule, event: EventBridgeEvent): PendingDelivery[] {
  const now = context.clock.now()
  const service: Principal = { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule.arn }
  return rule.targets.map((target) => {
    const id = randomUUID()
    const payload = targetInput(target.input, event, rule)
    const { messageGroupId, roleArn } = target
    const delivery = {
      id,
      sourceArn: rule.arn,
      meter: { namespace: 'AWS/Events' as const, dimensions: { RuleName: rule.name } },
      targetArn: target.arn,
      ...callFor(context, target.arn, payload, { executionName: `${event.id}_${id}`, messageGroupId }),
      principal:
        roleArn === undefined
          ? service
          : { kind: 'role' as const, roleArn, session: event.id.replaceAll('-', '') },
      payload: JSON.stringify(event),
      maximumRetries: target.maximumRetries,
      maximumAge: target.maximumAge,
      deadLetterArn: target.deadLetterArn,
      deadLetterPrincipal: service,
    }
    return { delivery, acceptedAt: now, attempts: 0, due: now }
  })
}
