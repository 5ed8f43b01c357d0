import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import { arn } from '../../aws/place.ts'
import type { Action, Input, Permission } from '../../aws/service.ts'
import type { Buses } from '../buses.ts'
import { busName, ruleArn, type Rule, type RuleTarget } from '../rules.ts'

function onRule(context: CloudContext, action: string, input: Input, name = 'Name'): readonly Permission[] {
  const bus = busName(text(input, 'EventBusName'))
  return [{ action: `events:${action}`, resource: ruleArn(context.place, bus, text(input, name) ?? '*') }]
}

function shown(buses: Buses, rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    ...(rule.patternText === undefined ? {} : { EventPattern: rule.patternText }),
    ...(rule.expression === undefined ? {} : { ScheduleExpression: rule.expression }),
    State: buses.isEnabled(rule) ? 'ENABLED' : 'DISABLED',
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    EventBusName: rule.bus,
  }
}

function shownTarget({ id, arn: Arn, roleArn, input, deadLetterArn, ...target }: RuleTarget): object {
  const { transformer } = input
  return {
    Id: id,
    Arn,
    ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
    ...(input.input === undefined ? {} : { Input: input.input }),
    ...(input.inputPath === undefined ? {} : { InputPath: input.inputPath }),
    ...(transformer && {
      InputTransformer: { InputPathsMap: transformer.paths, InputTemplate: transformer.template },
    }),
    RetryPolicy: {
      MaximumRetryAttempts: target.maximumRetries,
      MaximumEventAgeInSeconds: target.maximumAge / 1000,
    },
    ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
  }
}

function known(buses: Buses, input: Input): string {
  const bus = busName(text(input, 'EventBusName'))
  if (!buses.has(bus)) throw new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
  return bus
}

/** All rules of a bus in one page. */
export function listRules(context: CloudContext, buses: Buses): Action {
  return {
    permissions: () => [{ action: 'events:ListRules', resource: arn(context.place, 'events', 'rule/*') }],
    run(input) {
      const prefix = text(input, 'NamePrefix') ?? ''
      const rules = buses.rules(known(buses, input)).filter((rule) => rule.name.startsWith(prefix))
      return { Rules: rules.map((rule) => shown(buses, rule)) }
    },
  }
}

export function describeRule(context: CloudContext, buses: Buses): Action {
  return {
    permissions: (input) => onRule(context, 'DescribeRule', input),
    run: (input) => shown(buses, buses.rule(known(buses, input), text(input, 'Name') ?? '')),
  }
}

export function listTargetsByRule(context: CloudContext, buses: Buses): Action {
  return {
    permissions: (input) => onRule(context, 'ListTargetsByRule', input, 'Rule'),
    run: (input) => ({
      Targets: buses.rule(known(buses, input), text(input, 'Rule') ?? '').targets.map(shownTarget),
    }),
  }
}

/** `EnableRule` or `DisableRule`; holds until the template declares another state. */
export function switchRule(context: CloudContext, buses: Buses, enabled: boolean): Action {
  return {
    permissions: (input) => onRule(context, enabled ? 'EnableRule' : 'DisableRule', input),
    run(input) {
      buses.setEnabled(buses.rule(known(buses, input), text(input, 'Name') ?? ''), enabled)
      return {}
    },
  }
}
