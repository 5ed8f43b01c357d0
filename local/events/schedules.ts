import { randomUUID } from 'node:crypto'
import type { CloudContext } from '../aws/context.ts'
import { parsed } from '../aws/input.ts'
import { arn, type Place } from '../aws/place.ts'
import type { Resource } from '../aws/resource.ts'
import { isObject, propertiesOf, type Properties } from '../lambda/properties.ts'
import { newEvent } from './event.ts'
import { parseExpression } from './expression.ts'
import type { PendingDelivery } from './store.ts'
import { callFor } from './target.ts'
import type { Timed } from './ticks.ts'

/** A schedule of EventBridge Scheduler. */
export interface Schedule {
  readonly name: string
  readonly group: string
  readonly arn: string
  readonly description?: string | undefined
  readonly expression: string
  readonly timezone: string
  readonly enabled: boolean
  /** Milliseconds since the epoch. */
  readonly from?: number | undefined
  readonly until?: number | undefined
  readonly flexibleTimeWindow: Readonly<Record<string, unknown>>
  readonly target: ScheduleTarget
}

export interface ScheduleTarget {
  readonly arn: string
  readonly roleArn: string
  readonly input?: string | undefined
  readonly messageGroupId?: string | undefined
  readonly detailType?: string | undefined
  readonly source?: string | undefined
  readonly maximumRetries: number
  /** Milliseconds. */
  readonly maximumAge: number
  readonly deadLetterArn?: string | undefined
}

export function scheduleArn(place: Place, group: string, name: string): string {
  return arn(place, 'scheduler', `schedule/${group}/${name}`)
}

const understood = [
  ...[
    'Name',
    'GroupName',
    'Description',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'State',
    'StartDate',
  ],
  ...['EndDate', 'FlexibleTimeWindow', 'Target', 'KmsKeyArn'],
]

export function readSchedule(resource: Resource, context: CloudContext): Schedule {
  const given = propertiesOf(resource)
  given.only(understood)
  const group = given.optionalText('GroupName') ?? 'default'
  const expression = given.text('ScheduleExpression')
  const timezone = given.optionalText('ScheduleExpressionTimezone') ?? 'UTC'
  try {
    parseExpression(expression, { anchor: 0, timezone })
  } catch (error) {
    throw new Error(`${given.path}: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
  const window = given.object('FlexibleTimeWindow')
  window?.only(['Mode', 'MaximumWindowInMinutes'])
  return {
    name: resource.ref,
    group,
    arn: scheduleArn(context.place, group, resource.ref),
    description: given.optionalText('Description'),
    expression,
    timezone,
    enabled: given.optionalText('State') !== 'DISABLED',
    from: date(given, 'StartDate'),
    until: date(given, 'EndDate'),
    flexibleTimeWindow: given.raw('FlexibleTimeWindow') as Record<string, unknown>,
    target: readTarget(given, context),
  }
}

function date(given: Properties, name: string): number | undefined {
  const text = given.optionalText(name)
  const at = text === undefined ? undefined : Date.parse(text)
  if (Number.isNaN(at)) throw new Error(`${given.path}: ${name} ${text ?? ''} is no date`)
  return at
}

const ofTarget = [
  'Arn',
  'RoleArn',
  'Input',
  'RetryPolicy',
  'DeadLetterConfig',
  'SqsParameters',
  'EventBridgeParameters',
]

function readTarget(schedule: Properties, context: CloudContext): ScheduleTarget {
  const given = schedule.object('Target')
  if (!given) throw new Error(`${schedule.path}: Target is missing`)
  given.only(ofTarget)
  const target: ScheduleTarget = {
    arn: given.text('Arn'),
    roleArn: given.text('RoleArn'),
    input: given.optionalText('Input'),
    messageGroupId: given.object('SqsParameters')?.optionalText('MessageGroupId'),
    detailType: given.object('EventBridgeParameters')?.optionalText('DetailType'),
    source: given.object('EventBridgeParameters')?.optionalText('Source'),
    maximumRetries: given.object('RetryPolicy')?.number('MaximumRetryAttempts') ?? 185,
    maximumAge: (given.object('RetryPolicy')?.number('MaximumEventAgeInSeconds') ?? 86_400) * 1000,
    deadLetterArn: given.object('DeadLetterConfig')?.optionalText('Arn'),
  }
  try {
    targetCall(context, target, target.input ?? '{}', 'x')
  } catch (error) {
    throw new Error(`${given.path}: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
  return target
}

/** Besides the templated targets, `arn:aws:scheduler:::aws-sdk:<service>:<action>` names any API call. */
function targetCall(
  context: CloudContext,
  target: ScheduleTarget,
  payload: string,
  executionName: string,
): ReturnType<typeof callFor> {
  const [, sdkService, action] = /^arn:aws:scheduler:::aws-sdk:([a-z0-9]+):(\w+)$/.exec(target.arn) ?? []
  if (sdkService === undefined || action === undefined)
    return callFor(context, target.arn, payload, { executionName, ...target })
  const request = parsed(payload)
  if (!isObject(request)) throw new Error(`Input must be the JSON request of ${target.arn}`)
  const service = { sfn: 'states', eventbridge: 'events', cloudwatch: 'monitoring' }[sdkService] ?? sdkService
  return { service, action: `${action[0]?.toUpperCase() ?? ''}${action.slice(1)}`, request }
}

/** What a tick of a schedule sets off. */
function deliveryOf(context: CloudContext, schedule: Schedule, at: number): PendingDelivery {
  const { target } = schedule
  const id = randomUUID()
  const payload = fill(target.input ?? usualInput(context, schedule, at), {
    'aws.scheduler.schedule-arn': schedule.arn,
    'aws.scheduler.scheduled-time': `${new Date(at).toISOString().slice(0, 19)}Z`,
    'aws.scheduler.execution-id': id,
    'aws.scheduler.attempt-number': '1',
  })
  const principal = { kind: 'role' as const, roleArn: target.roleArn, session: id.replaceAll('-', '') }
  const delivery = {
    id,
    sourceArn: schedule.arn,
    meter: { namespace: 'AWS/Scheduler' as const, dimensions: { ScheduleGroup: schedule.group } },
    targetArn: target.arn,
    ...targetCall(context, target, payload, id),
    principal,
    payload,
    maximumRetries: target.maximumRetries,
    maximumAge: target.maximumAge,
    deadLetterArn: target.deadLetterArn,
    deadLetterPrincipal: principal,
  }
  const now = context.clock.now()
  return { delivery, acceptedAt: now, attempts: 0, due: now }
}

function usualInput({ place }: CloudContext, schedule: Schedule, at: number): string {
  const about = {
    source: 'aws.scheduler',
    detailType: 'Scheduled Event',
    detail: '{}',
    resources: [schedule.arn],
  }
  return JSON.stringify(newEvent(place, at, about))
}

function fill(text: string, attributes: Readonly<Record<string, string>>): string {
  return text.replaceAll(/<(aws\.scheduler\.[a-z-]+)>/g, (part, name: string) => attributes[name] ?? part)
}

export function timed(context: CloudContext, schedule: Schedule): Timed {
  const { arn, expression, timezone, from, until } = schedule
  return {
    arn,
    expression,
    timezone,
    from,
    until,
    atOnce: true,
    fire: (at) => [deliveryOf(context, schedule, at)],
  }
}
