import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import type { Shop } from './shop.ts'

/** The sum of all that a function of ours measured under a name, as CloudWatch tells. */
export async function counted({ cloudwatch }: Shop, service: string, MetricName: string): Promise<number> {
  const ask = new GetMetricStatisticsCommand({
    Namespace: 'order-system/Custom',
    Dimensions: [{ Name: 'service', Value: service }],
    MetricName,
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    Period: 60,
    Statistics: ['Sum'],
  })
  const { Datapoints = [] } = await cloudwatch.send(ask)
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}
