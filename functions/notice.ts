import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import type { OrderRow } from '../model/order.ts'
import { update } from './dynamodb.ts'
import { setting } from './environment.ts'
import { logger } from './observe.ts'
import { Sha256 } from './sha256.ts'

const topic = new SNSClient({ sha256: Sha256 })

/**
 * Publishes a closed order once at least: it stays `owed` until that worked, and recover-orders tries again. Trouble
 * with SNS undoes no order, so it is not thrown. Answers whether nothing is owed any more.
 */
export async function tell(order: OrderRow): Promise<boolean> {
  if (order.owed === undefined) return true
  try {
    await topic.send(new PublishCommand(notice(order)))
  } catch (error) {
    logger.error('notice not sent', { orderId: order.id, error: error as Error })
    return false
  }
  const at = new Date().toISOString()
  await update({
    TableName: setting('ORDERS_TABLE'),
    Key: { id: order.id },
    UpdateExpression: 'SET notifiedAt = :at REMOVE owed',
    ConditionExpression: 'attribute_exists(owed)',
    ExpressionAttributeValues: { ':at': at },
  })
  logger.info('notice sent', { orderId: order.id, status: order.status })
  return true
}

/** For machines: which order ended how. No personal data. */
function notice(order: OrderRow): {
  TopicArn: string
  Message: string
  MessageAttributes: Record<string, { DataType: string; StringValue: string }>
} {
  const { id: orderId, status, version, updatedAt: at, failure } = order
  return {
    TopicArn: setting('NOTIFICATION_TOPIC_ARN'),
    Message: JSON.stringify({ orderId, status, version, at, failure: failure?.code }),
    MessageAttributes: { status: { DataType: 'String', StringValue: status } },
  }
}
