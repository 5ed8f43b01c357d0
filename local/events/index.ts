import type { CloudContext } from '../aws/context.ts'
import type { Resource } from '../aws/resource.ts'
import type { Service } from '../aws/service.ts'
import { putEvents } from './actions/putEvents.ts'
import { describeRule, listRules, listTargetsByRule, switchRule } from './actions/rules.ts'
import { getSchedule, listSchedules } from './actions/schedules.ts'
import { createBuses } from './buses.ts'
import { createDeliveries } from './deliveries.ts'
import { newEvent, type ServiceEvent } from './event.ts'
import { eventTypes, scheduleTypes } from './resourceTypes.ts'
import { deliveriesOf, readRule, type Rule } from './rules.ts'
import { readSchedule, timed, type Schedule } from './schedules.ts'
import { openEventsStore } from './store.ts'
import { createTicks, type Timed } from './ticks.ts'

export type { ServiceEvent } from './event.ts'

export interface Events {
  /** EventBridge. */
  readonly service: Service
  /** EventBridge Scheduler. */
  readonly scheduler: Service
  /** Puts an event of an AWS service on the default bus; what it sets off is kept when this returns. */
  deliver(event: ServiceEvent): void
}

export interface EventsOptions {
  /** Throws AccessDenied unless the role's trust policy lets the service assume it. */
  readonly mayAssume?: (roleArn: string, servicePrincipal: string, sourceArn?: string) => void
}

/** EventBridge rules and EventBridge Scheduler, which share how they call their targets. */
export function createEvents(context: CloudContext, options: EventsOptions = {}): Events {
  const store = openEventsStore(context.data)
  const deliveries = createDeliveries(context, store)
  const begin = deliveries.begin.bind(deliveries)
  const buses = createBuses(context, store, begin)
  const ruleTicks = createTicks(context.clock, store, 'arn:aws:events:', begin)
  const scheduleTicks = createTicks(context.clock, store, 'arn:aws:scheduler:', begin)
  let schedules: readonly Schedule[] = []

  function timedRule(rule: Rule): Timed {
    const fire: Timed['fire'] = (at) => {
      if (!buses.isEnabled(rule)) return []
      const about = { source: 'aws.events', detailType: 'Scheduled Event', detail: {}, resources: [rule.arn] }
      return deliveriesOf(context, rule, newEvent(context.place, at, about))
    }
    return { arn: rule.arn, expression: rule.expression ?? '', atOnce: false, fire }
  }

  function assumable(roleArn: string | undefined, service: string, arn: string): void {
    try {
      if (roleArn !== undefined) options.mayAssume?.(roleArn, service, arn)
    } catch (cause) {
      throw new Error(`${arn}: ${service} may not assume the role ${roleArn ?? ''}`, { cause })
    }
  }

  const service: Service = {
    name: 'events',
    actions: {
      DescribeRule: describeRule(context, buses),
      DisableRule: switchRule(context, buses, false),
      EnableRule: switchRule(context, buses, true),
      ListRules: listRules(context, buses),
      ListTargetsByRule: listTargetsByRule(context, buses),
      PutEvents: putEvents(context, buses),
    },
    resourceTypes: eventTypes,
    deploy: (resources) =>
      Promise.resolve().then(() => {
        const rules = ofType(resources, 'AWS::Events::Rule').map((each) => readRule(each, context))
        for (const { arn, targets } of rules)
          for (const { roleArn } of targets) assumable(roleArn, 'events.amazonaws.com', arn)
        buses.declare(
          ofType(resources, 'AWS::Events::EventBus').map((each) => each.ref),
          rules,
        )
        ruleTicks.declare(rules.filter((rule) => rule.expression !== undefined).map(timedRule))
      }),
    start() {
      deliveries.start()
      ruleTicks.start()
    },
    async stop() {
      ruleTicks.stop()
      scheduleTicks.stop()
      await deliveries.stop()
      store.close()
    },
  }

  const scheduler: Service = {
    name: 'scheduler',
    actions: {
      GetSchedule: getSchedule(context, () => schedules),
      ListSchedules: listSchedules(context, () => schedules),
    },
    resourceTypes: scheduleTypes,
    deploy: (resources) =>
      Promise.resolve().then(() => {
        schedules = ofType(resources, 'AWS::Scheduler::Schedule').map((each) => readSchedule(each, context))
        for (const { arn, target } of schedules) assumable(target.roleArn, 'scheduler.amazonaws.com', arn)
        scheduleTicks.declare(schedules.filter((each) => each.enabled).map((each) => timed(context, each)))
      }),
    start: () => scheduleTicks.start(),
    stop: () => scheduleTicks.stop(),
  }

  return {
    service,
    scheduler,
    deliver: (event) => buses.publish('default', [newEvent(context.place, context.clock.now(), event)]),
  }
}

function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((each) => each.type === type)
}
