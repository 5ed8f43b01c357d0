import type { GraphqlApi } from 'aws-cdk-lib/aws-appsync'
import { AlarmStatusWidget, Dashboard, GraphWidget, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { Alarm, IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Duration } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { orderMetric } from './alarms.ts'

interface Shown {
  readonly alarms: Alarm[]
  readonly api: GraphqlApi
  readonly queue: Queue
  readonly saga: StateMachine
}

/** One page for the operator: alarms, orders, and the way they go. */
export function createDashboard(stack: Construct, { alarms, api, queue, saga }: Shown): void {
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 })
  const ofApi = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'AWS/AppSync',
      metricName,
      dimensionsMap: { GraphQLAPIId: api.apiId },
      statistic,
    })
  const sums = { statistic: Stats.SUM, period: Duration.minutes(1) }
  const dashboard = new Dashboard(stack, 'Dashboard', { defaultInterval: Duration.hours(3) })
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24 }))
  dashboard.addWidgets(
    graph('Orders', orderCounts.map(orderMetric)),
    graph('Sagas', [saga.metricStarted(sums), saga.metricSucceeded(sums), saga.metricFailed(sums)]),
  )
  dashboard.addWidgets(
    graph('API: latency, ms', [ofApi('Latency', 'p50'), ofApi('Latency', 'p99')]),
    graph('API: errors', [ofApi('4XXError', Stats.SUM), ofApi('5XXError', Stats.SUM)]),
  )
  dashboard.addWidgets(
    graph('Payments that wait', [queue.metricApproximateNumberOfMessagesVisible()]),
    graph('Age of the oldest, s', [queue.metricApproximateAgeOfOldestMessage()]),
  )
}

const orderCounts = [
  'OrdersCreated',
  'OrdersCompleted',
  'OrdersFailed',
  'OrdersCancelled',
  'OrdersNeedAttention',
]
