import { AwsError } from '../../aws/error.ts'
import { operator, type Principal } from '../../aws/principal.ts'
import type { Resource } from '../../aws/resource.ts'
import type { Input, Service } from '../../aws/service.ts'
import { fakeClock, settle, type FakeClock } from '../../testing/clock.ts'
import { testContext, testPlace, type TestContext } from '../../testing/context.ts'
import { createEvents, type Events } from '../index.ts'

/** A call that reached a target. */
export interface Reached {
  readonly call: string
  readonly input: Input
  readonly principal: Principal
}

export interface EventsCloud {
  readonly events: Events
  readonly context: TestContext
  readonly clock: FakeClock
  /** What reached Lambda, SQS, SNS and Step Functions, oldest first. */
  readonly reached: Reached[]
  /** The next calls to `lambda:Invoke` and the like fail with these. */
  readonly failures: Record<string, AwsError[]>
  readonly call: (action: string, input: object) => Promise<Record<string, unknown>>
  /** Stops everything as a shutdown does; the data stay. */
  stop(): Promise<void>
}

export interface CloudOptions {
  readonly clock?: FakeClock
  readonly data?: string
}

/** EventBridge and Scheduler with the given resources, started, beside targets that note what they get. */
export async function eventsCloud(
  resources: readonly Resource[],
  options: CloudOptions = {},
): Promise<EventsCloud> {
  const clock = options.clock ?? fakeClock()
  const reached: Reached[] = []
  const failures: Record<string, AwsError[]> = {}
  const note = (service: string, ...actions: string[]): Service => ({
    name: service,
    resourceTypes: {},
    deploy: () => Promise.resolve(),
    actions: Object.fromEntries(
      actions.map((action) => [
        action,
        {
          permissions: () => [],
          run(input, { principal }) {
            const failure = failures[`${service}:${action}`]?.shift()
            if (failure) throw failure
            reached.push({ call: `${service}:${action}`, input, principal })
            return {}
          },
        },
      ]),
    ),
  })
  const services: Service[] = [
    note('lambda', 'Invoke'),
    note('sqs', 'SendMessage'),
    note('sns', 'Publish'),
    note('states', 'StartExecution'),
    note('dynamodb', 'DeleteItem'),
  ]
  const context = testContext({
    clock,
    services: () => services,
    ...(options.data !== undefined && { data: options.data }),
  })
  const events = createEvents(context)
  services.push(events.service, events.scheduler)
  try {
    await events.service.deploy(resources)
    await events.scheduler.deploy(resources)
  } catch (refusal) {
    await events.service.stop?.()
    context.cleanup()
    throw refusal
  }
  await events.service.start?.()
  await events.scheduler.start?.()
  return {
    events,
    context,
    clock,
    reached,
    failures,
    async call(action, input) {
      const answer = await context.call('events', action, input, operator)
      await settle()
      return answer as Record<string, unknown>
    },
    async stop() {
      await events.scheduler.stop?.()
      await events.service.stop?.()
    },
  }
}

export const arns = {
  fn: `arn:aws:lambda:${testPlace.region}:${testPlace.account}:function:worker`,
  queue: `arn:aws:sqs:${testPlace.region}:${testPlace.account}:inbox`,
  failed: `arn:aws:sqs:${testPlace.region}:${testPlace.account}:failed`,
  topic: `arn:aws:sns:${testPlace.region}:${testPlace.account}:news`,
  machine: `arn:aws:states:${testPlace.region}:${testPlace.account}:stateMachine:process`,
  role: `arn:aws:iam::${testPlace.account}:role/caller`,
}

export function rule(name: string, properties: Record<string, unknown>, bus = 'default'): Resource {
  const ref = bus === 'default' ? name : `${bus}|${name}`
  const more = bus === 'default' ? {} : { EventBusName: bus }
  return {
    stack: 'Test',
    logicalId: name,
    type: 'AWS::Events::Rule',
    properties: { ...properties, ...more },
    ref,
    attributes: {},
  }
}

export function schedule(name: string, properties: Record<string, unknown>): Resource {
  const target = { Arn: arns.fn, RoleArn: arns.role }
  const all = { FlexibleTimeWindow: { Mode: 'OFF' }, Target: target, ...properties }
  return {
    stack: 'Test',
    logicalId: name,
    type: 'AWS::Scheduler::Schedule',
    properties: all,
    ref: name,
    attributes: {},
  }
}

export function to(Arn: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { Id: 'target', Arn, ...more }
}
