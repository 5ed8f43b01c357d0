import { setTimeout as pause } from 'node:timers/promises'
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import type { Shop } from './shop.ts'

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
