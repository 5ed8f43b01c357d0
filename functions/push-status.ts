import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { OrderRow } from '../model/order.ts'
import type { OrderStatus } from '../model/status.ts'
import { publishOrderStatus, type StatusEvent } from './publish.ts'

const metrics = new Metrics()

/** What is counted when an order takes a status. */
const counted: Partial<Record<OrderStatus, string>> = {
  NEW: 'OrdersCreated',
  COMPLETED: 'OrdersCompleted',
  FAILED: 'OrdersFailed',
  CANCELLED: 'OrdersCancelled',
  NEEDS_ATTENTION: 'OrdersNeedAttention',
}

/**
 * Tells the subscribers of every change of status, in order within one order and side by side across orders. A failure
 * fails the batch, which comes again: a subscriber may see a change twice and can tell by its version.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const changes = event.Records.flatMap(changeOfStatus)
  const byOrder = Map.groupBy(changes, ({ orderId }) => orderId)
  const outcomes = await Promise.allSettled(
    [...byOrder.values()].map(async (ofOneOrder) => {
      for (const change of ofOneOrder) await publishOrderStatus(change)
    }),
  )
  // Only now: what was under way would go on beside the batch that comes again.
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  for (const { status } of changes) {
    const name = counted[status]
    if (name !== undefined) metrics.addMetric(name, MetricUnit.Count, 1)
  }
  if (changes.some(({ status }) => counted[status] !== undefined)) metrics.publishStoredMetrics()
}

/** The event a stream record stands for; none when the version did not change (a cancel request, a notice sent). */
function changeOfStatus({ dynamodb }: DynamoDBRecord): StatusEvent[] {
  const now = rowOf(dynamodb?.NewImage)
  const before = rowOf(dynamodb?.OldImage)
  if (now === undefined || now.version === before?.version) return []
  const at = now.timeline.at(-1)?.at ?? now.updatedAt
  const { id: orderId, customerEmail, status, version, failure } = now
  return [
    {
      orderId,
      customerEmail,
      status,
      previousStatus: before?.status ?? null,
      version,
      at,
      failure: failure ?? null,
    },
  ]
}

function rowOf(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): OrderRow | undefined {
  return image === undefined ? undefined : (unmarshall(image as Record<string, AttributeValue>) as OrderRow)
}
