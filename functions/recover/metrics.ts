import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

const metrics = new Metrics()

/** What recover-orders does to orders. */
export type Deed =
  | 'SagasStarted'
  | 'ExecutionsStopped'
  | 'UndosStarted'
  | 'OrdersGivenUp'
  | 'NoticesToldAgain'
  | 'RecoveriesFailed'

/** What stands in the way of an end, as it is now. */
export type Level = 'OrdersAwaitingAttention' | 'NoticesOwed'

export function count(deed: Deed, times = 1): void {
  metrics.addMetric(deed, MetricUnit.Count, times)
}

export function level(name: Level, value: number): void {
  metrics.addMetric(name, MetricUnit.Count, value)
}

export function publish(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
}
