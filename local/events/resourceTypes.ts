import { arn } from '../aws/place.ts'
import { generatedName, type ResourceType } from '../aws/resource.ts'
import { busName, ruleArn } from './rules.ts'
import { scheduleArn } from './schedules.ts'

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

export const eventTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::Events::Rule': {
    identify(id, place) {
      const bus = busName(textOr(id.property('EventBusName'), 'default'))
      const name = textOr(id.property('Name'), generatedName(id))
      return {
        ref: bus === 'default' ? name : `${bus}|${name}`,
        attributes: { Arn: ruleArn(place, bus, name) },
      }
    },
  },
  'AWS::Events::EventBus': {
    identify(id, place) {
      const name = textOr(id.property('Name'), generatedName(id))
      return { ref: name, attributes: { Name: name, Arn: arn(place, 'events', `event-bus/${name}`) } }
    },
  },
}

export const scheduleTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::Scheduler::Schedule': {
    identify(id, place) {
      const name = textOr(id.property('Name'), generatedName(id))
      return {
        ref: name,
        attributes: { Arn: scheduleArn(place, textOr(id.property('GroupName'), 'default'), name) },
      }
    },
  },
  'AWS::Scheduler::ScheduleGroup': {
    identify(id, place) {
      const name = textOr(id.property('Name'), generatedName(id))
      return {
        ref: name,
        attributes: { Arn: arn(place, 'scheduler', `schedule-group/${name}`), State: 'ACTIVE' },
      }
    },
  },
}
