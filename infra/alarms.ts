import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Duration } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { metricsNamespace, serviceName } from './function.ts'

const period = Duration.minutes(1)

/** Counts how many orders came to a status, e.g. `OrdersCreated`; push-status writes it from the stream. */
export const orderMetric = (metricName: string): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service: serviceName('PushStatus') },
    statistic: Stats.SUM,
    period,
  })

/** What recover-orders found at its last look, e.g. how many orders wait for a person. */
const foundMetric = (metricName: string): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service: serviceName('RecoverOrders') },
    statistic: Stats.MAXIMUM,
    period,
  })

interface Watched {
  readonly topic: Topic
  readonly deadLetters: Queue
  readonly pushFailures: Queue
  readonly saga: StateMachine
  readonly recovery: Function
}

/**
 * What someone must look at. A function that fails now and then is not among it: its work is retried, and shows here
 * as a dead letter, a failed push or a failed execution when that did not help.
 */
export function createAlarms(stack: Construct, watched: Watched): Alarm[] {
  const { topic, deadLetters, pushFailures, saga, recovery } = watched
  const inQueue = (queue: Queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM })
  const count = { period, statistic: Stats.SUM }
  const alarm = (
    id: string,
    metric: IMetric,
    alarmDescription: string,
    { minutes = 1, treatMissingData = TreatMissingData.NOT_BREACHING } = {},
  ) => {
    const made = new Alarm(stack, id, {
      metric,
      alarmDescription: `${alarmDescription} What to do: docs/runbooks.md, ${id}.`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: minutes,
      treatMissingData,
    })
    made.addAlarmAction(new SnsAction(topic))
    made.addOkAction(new SnsAction(topic))
    return made
  }
  /**
   * Of what stands there until someone takes it away, silence says nothing: SQS falls silent about a queue that nobody
   * touched for six hours, whatever is in it, and a run of recover-orders may fall just behind its minute.
   */
  const standing = (id: string, metric: IMetric, alarmDescription: string) =>
    alarm(id, metric, alarmDescription, { treatMissingData: TreatMissingData.IGNORE })
  return [
    standing('DeadLetters', inQueue(deadLetters), 'A payment message kept failing and waits for a look.'),
    standing('PushesFailed', inQueue(pushFailures), 'Changes of status could not be pushed to subscribers.'),
    standing(
      'OrdersNeedAttention',
      foundMetric('OrdersAwaitingAttention'),
      'Undoing an order failed: it stands in NEEDS_ATTENTION until someone calls retryOrder.',
    ),
    standing(
      'NoticesOwed',
      foundMetric('NoticesOwed'),
      'Closed orders that nobody could be told of for long.',
    ),
    alarm('SagasFailed', saga.metricFailed(count), 'The saga of an order failed.'),
    alarm('SagasTimedOut', saga.metricTimedOut(count), 'The saga of an order ran out of time.'),
    alarm('SagasAborted', saga.metricAborted(count), 'The saga of an order was stopped.'),
    alarm('RecoveryFails', recovery.metricErrors(count), 'Orders that are stuck could not be helped.', {
      minutes: 5,
    }),
  ]
}
