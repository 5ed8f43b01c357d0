import { DescribeAlarmsCommand, ListMetricsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import {
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs'
import { GetExecutionHistoryCommand, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn'
import { ScanCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { OrderRow } from '../../model/order.ts'
import type { PaymentRow, StockRow } from '../../model/tables.ts'
import type { ProviderRow, World } from '../invariants/world.ts'

interface Doors {
  readonly dynamodb: DynamoDBDocumentClient
  readonly states: SFNClient
  readonly cloudwatch: CloudWatchClient
  readonly logs: CloudWatchLogsClient
  readonly outputs: Readonly<Record<string, string>>
}

/** What only the test knows. */
interface Known extends Pick<World, 'accepted' | 'watched' | 'notices'> {
  /** Stock at the beginning, by sku. */
  readonly initial: Readonly<Record<string, number>>
  /** What setStock changed since, by sku. */
  readonly changed?: Readonly<Record<string, number>>
}

/** Looks at the whole system through the doors an operator has. */
export async function readWorld(doors: Doors, known: Known): Promise<World> {
  const { dynamodb, outputs } = doors
  const rows = <Row>(output: string): Promise<Row[]> => scan<Row>(dynamodb, outputs[output] ?? '')
  const levels = await rows<StockRow>('InventoryTable')
  const { MetricAlarms = [] } = await doors.cloudwatch.send(
    new DescribeAlarmsCommand({ StateValue: 'ALARM' }),
  )
  return {
    accepted: known.accepted,
    watched: known.watched,
    notices: known.notices,
    orders: await rows<OrderRow>('OrdersTable'),
    payments: await rows<PaymentRow>('PaymentsTable'),
    provider: await rows<ProviderRow>('SimulatedProviderTable'),
    stock: Object.fromEntries(
      levels.map(({ sku, available }) => {
        return [sku, { initial: known.initial[sku] ?? 0, changed: known.changed?.[sku] ?? 0, available }]
      }),
    ),
    alarms: MetricAlarms.map(({ AlarmName = '' }) => AlarmName),
    texts: [
      ...(await executions(doors)),
      ...(await logged(doors)),
      ...(await measured(doors)),
      { where: 'the notices', text: JSON.stringify(known.notices) },
    ],
    at: Date.now(),
  }
}

async function scan<Row>(dynamodb: DynamoDBDocumentClient, table: string): Promise<Row[]> {
  const found: Row[] = []
  let from: Record<string, unknown> | undefined
  do {
    const page = new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: from })
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(page)
    found.push(...(Items as Row[]))
    from = LastEvaluatedKey
  } while (from !== undefined)
  return found
}

type Texts = { where: string; text: string }[]

/** How many executions are read with their whole history; their shapes repeat. */
const histories = 20

async function executions(doors: Doors): Promise<Texts> {
  const machines = [doors.outputs.StateMachineArn, doors.outputs.UndoMachineArn]
  return (await Promise.all(machines.map((machine) => executionsOf(doors, machine)))).flat()
}

async function executionsOf({ states }: Doors, stateMachineArn: string | undefined): Promise<Texts> {
  const list = new ListExecutionsCommand({ stateMachineArn, maxResults: histories })
  const { executions: found = [] } = await states.send(list)
  return Promise.all(
    found.map(async ({ executionArn, name = '' }) => {
      const { events } = await states.send(new GetExecutionHistoryCommand({ executionArn }))
      return { where: `the history of ${name}`, text: JSON.stringify(events) }
    }),
  )
}

async function logged({ logs }: Doors): Promise<Texts> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}))
  const texts = await Promise.all(
    logGroups.map(async ({ logGroupName = '' }) => {
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }))
      return { where: `the log ${logGroupName}`, text: events.map(({ message = '' }) => message).join('\n') }
    }),
  )
  return texts
}

async function measured({ cloudwatch }: Doors): Promise<Texts> {
  const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({}))
  return [{ where: 'the metrics', text: JSON.stringify(Metrics) }]
}
