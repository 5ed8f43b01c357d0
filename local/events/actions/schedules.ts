import type { CloudContext } from '../../aws/context.ts'
import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import { arn } from '../../aws/place.ts'
import type { Action } from '../../aws/service.ts'
import { scheduleArn, type Schedule } from '../schedules.ts'

type Find = () => readonly Schedule[]

function summary({ name, group, arn: Arn, enabled, target }: Schedule): object {
  return {
    Name: name,
    GroupName: group,
    Arn,
    State: enabled ? 'ENABLED' : 'DISABLED',
    Target: { Arn: target.arn },
  }
}

export function getSchedule(context: CloudContext, schedules: Find): Action {
  return {
    permissions: (input) => [
      {
        action: 'scheduler:GetSchedule',
        resource: scheduleArn(
          context.place,
          text(input, 'GroupName') ?? 'default',
          text(input, 'Name') ?? '*',
        ),
      },
    ],
    run(input) {
      const group = text(input, 'GroupName') ?? 'default'
      const found = schedules().find((each) => each.group === group && each.name === text(input, 'Name'))
      if (!found)
        throw new AwsError(
          'ResourceNotFoundException',
          `Schedule ${text(input, 'Name') ?? ''} does not exist.`,
          { status: 404 },
        )
      const { target } = found
      return {
        ...summary(found),
        Description: found.description,
        ScheduleExpression: found.expression,
        ScheduleExpressionTimezone: found.timezone,
        FlexibleTimeWindow: found.flexibleTimeWindow,
        Target: {
          Arn: target.arn,
          RoleArn: target.roleArn,
          Input: target.input,
          RetryPolicy: {
            MaximumRetryAttempts: target.maximumRetries,
            MaximumEventAgeInSeconds: target.maximumAge / 1000,
          },
        },
      }
    },
  }
}

/** All schedules in one page. */
export function listSchedules(context: CloudContext, schedules: Find): Action {
  return {
    permissions: () => [
      { action: 'scheduler:ListSchedules', resource: arn(context.place, 'scheduler', 'schedule/*/*') },
    ],
    run(input) {
      const group = text(input, 'GroupName')
      return {
        Schedules: schedules()
          .filter((each) => group === undefined || each.group === group)
          .map(summary),
      }
    },
  }
}
