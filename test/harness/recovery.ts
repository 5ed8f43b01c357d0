import { setTimeout as pause } from 'node:timers/promises'
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { ListExecutionsCommand, StopExecutionCommand, type ExecutionListItem } from '@aws-sdk/client-sfn'
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import type { OrderRow } from '../../model/order.ts'
import { signedGraphql, type GraphQLAnswer } from './graphql.ts'
import type { Shop } from './shop.ts'

/** Runs recover-orders now, as its schedule does each minute; fails when it fails. */
export async function recover({ cloud, outputs }: Shop): Promise<void> {
  const { region, awsEndpoint: endpoint } = cloud.place
  const lambda = new LambdaClient({ region, endpoint, credentials: cloud.operator })
  const invoke = new InvokeCommand({ FunctionName: outputs.RecoverOrdersFunction, Payload: '{}' })
  const { FunctionError, Payload } = await lambda.send(invoke)
  lambda.destroy()
  if (FunctionError !== undefined) throw new Error(Payload?.transformToString())
}

/** Waits until what is looked at is there, `patience` seconds at most, and answers it; `what` names it when it never was. */
export async function until<Value>(
  look: () => Promise<Value | undefined | false>,
  patience = 20,
  what = look.toString(),
): Promise<Value> {
  const give = Date.now() + patience * 1000
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > give) throw new Error(`Not seen within ${patience} s: ${what}`)
    await pause(50)
  }
}

/** An order as it stands in its table. */
export async function rowOf({ dynamodb, outputs }: Shop, id: string): Promise<OrderRow> {
  const get = new GetCommand({ TableName: outputs.OrdersTable, Key: { id }, ConsistentRead: true })
  return (await dynamodb.send(get)).Item as OrderRow
}

export function untilStatus(shop: Shop, id: string, status: OrderRow['status']): Promise<OrderRow> {
  return until(
    async () => {
      const row = await rowOf(shop, id)
      return row.status === status && row
    },
    undefined,
    `the order '${id}' as ${status}`,
  )
}

/** The executions that run, of the saga and of order-undo. */
export async function runningExecutions({ states, outputs }: Shop): Promise<ExecutionListItem[]> {
  const lists = [outputs.StateMachineArn, outputs.UndoMachineArn].map((stateMachineArn) =>
    states.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' })),
  )
  return (await Promise.all(lists)).flatMap(({ executions = [] }) => executions)
}

/** Stops the running execution that works on an order, of its saga or of order-undo; answers its name. */
export async function stopByHand(shop: Shop, id: string): Promise<string> {
  const found = await until(
    async () => (await runningExecutions(shop)).find(({ name }) => name?.startsWith(id)),
    undefined,
    `a running execution that works on the order '${id}'`,
  )
  await shop.states.send(new StopExecutionCommand({ executionArn: found.executionArn }))
  return found.name ?? ''
}

/** Waits until the alarm of this name (without what CloudFormation adds) is in a state. */
export function untilAlarm(shop: Shop, name: string, state: 'ALARM' | 'OK', patience = 20): Promise<true> {
  return until(
    async () => {
      const { MetricAlarms = [] } = await shop.cloudwatch.send(
        new DescribeAlarmsCommand({ StateValue: state }),
      )
      return MetricAlarms.some(({ AlarmName = '' }) => AlarmName.includes(name)) && true
    },
    patience,
    `the alarm '${name}' as ${state}`,
  )
}

/** Writes an order as createOrder does, at a time of its own, and starts nothing; answers its id. */
export async function orderThatWasNotStarted(
  shop: Shop,
  made = Date.now(),
  change: Partial<OrderRow> = {},
): Promise<string> {
  const at = new Date(made).toISOString()
  const row: OrderRow = {
    id: ulid(made),
    customerEmail: 'ada@example.com',
    items: [{ sku: 'SKU123', qty: 1 }],
    total: 1999,
    currency: 'USD',
    status: 'NEW',
    version: 1,
    timeline: [{ status: 'NEW', at }],
    createdAt: at,
    updatedAt: at,
    feed: 'all',
    ...change,
  }
  await shop.dynamodb.send(new PutCommand({ TableName: shop.outputs.OrdersTable, Item: row }))
  shop.adopt(row.id)
  return row.id
}

/** Takes from stock what an order holds that was written by hand. */
export async function takeFromStock({ dynamodb, outputs }: Shop, sku: string, qty: number): Promise<void> {
  await dynamodb.send(
    new UpdateCommand({
      TableName: outputs.InventoryTable,
      Key: { sku },
      UpdateExpression: 'SET available = available - :qty',
      ExpressionAttributeValues: { ':qty': qty },
    }),
  )
}

/** Asks for the undo of an order to be tried again, as the person does who was called; a refusal is an answer, too. */
export function retryOrder(shop: Shop, id: string): Promise<GraphQLAnswer> {
  return signedGraphql(shop, 'mutation ($id: ID!) { retryOrder(id: $id) { status version } }', { id })
}
