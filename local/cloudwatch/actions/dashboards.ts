import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import { arn } from '../../aws/place.ts'
import type { Action } from '../../aws/service.ts'
import type { CloudWatchParts } from '../cloudwatch.ts'

function dashboardArn({ context }: CloudWatchParts, name: string): string {
  return arn(context.place, 'cloudwatch', `dashboard/${name}`, '')
}

export function getDashboard(parts: CloudWatchParts): Action {
  return {
    permissions: (input) => [
      {
        action: 'cloudwatch:GetDashboard',
        resource: dashboardArn(parts, text(input, 'DashboardName') ?? '*'),
      },
    ],
    run(input) {
      const name = text(input, 'DashboardName') ?? ''
      const dashboard = parts.dashboards.all().find((each) => each.name === name)
      if (!dashboard)
        throw new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, { status: 404 })
      const { body } = dashboard
      return { DashboardArn: dashboardArn(parts, name), DashboardBody: body, DashboardName: name }
    },
  }
}

export function listDashboards(parts: CloudWatchParts): Action {
  return {
    permissions: () => [{ action: 'cloudwatch:ListDashboards', resource: '*' }],
    run(input) {
      const prefix = text(input, 'DashboardNamePrefix') ?? ''
      const found = parts.dashboards.all().filter(({ name }) => name.startsWith(prefix))
      return {
        DashboardEntries: found.map(({ name, body, modified }) => ({
          DashboardName: name,
          DashboardArn: dashboardArn(parts, name),
          LastModified: modified / 1000,
          Size: Buffer.byteLength(body),
        })),
      }
    },
  }
}
