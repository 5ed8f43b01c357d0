import { setTimeout as pause } from 'node:timers/promises'
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { PaymentRow } from '../../model/tables.ts'
import type { Shop } from './shop.ts'

/** The payment of an order as it stands in our ledger; undefined when none was begun. */
export async function paymentOf(
  { dynamodb, outputs }: Shop,
  orderId: string,
): Promise<PaymentRow | undefined> {
  const get = new GetCommand({ TableName: outputs.PaymentsTable, Key: { orderId }, ConsistentRead: true })
  return (await dynamodb.send(get)).Item as PaymentRow | undefined
}

/** Keeps the payment function from taking messages, so that orders stay NEW; what it had begun is finished first. */
export async function pausePayments(shop: Shop): Promise<void> {
  await switchPayments(shop, false)
  await pause(200)
}

export function resumePayments(shop: Shop): Promise<void> {
  return switchPayments(shop, true)
}

async function switchPayments({ cloud }: Shop, Enabled: boolean): Promise<void> {
  const { region, awsEndpoint: endpoint } = cloud.place
  const lambda = new LambdaClient({ region, endpoint, credentials: cloud.operator })
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}))
  const payments = EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn?.includes(':sqs:'))
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: payments?.UUID, Enabled }))
  lambda.destroy()
}
