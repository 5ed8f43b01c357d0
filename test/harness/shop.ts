import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { inject } from 'vitest'
import {
  createOrdersClient,
  type Order,
  type OrdersClient,
  type StatusChange,
} from '../../client/sdk/index.ts'
import type { Activity } from '../../local/aws/activity.ts'
import { startCloud, type Cloud } from '../../local/cloud.ts'
import { seed, seededStock, seeds } from '../../start/seed.ts'
import { notePermissions } from './note-permissions.ts'
import { readWorld } from './read-world.ts'
import { listenToNotices } from './notices.ts'
import { violationsOf } from '../invariants/violations.ts'

/** The stack's figures, small enough for tests; the defaults stay what the design says. */
export const quickFigures = {
  ProviderTimeoutMs: '400',
  PaymentFunctionTimeout: '6',
  QueueVisibilityTimeout: '7',
  PaymentTaskTimeout: '60',
  StepFunctionTimeout: '5',
  StepTaskTimeout: '8',
  ForwardRetries: '3',
  UndoRetries: '4',
  UndoRetryInterval: '1',
  UndoRetryCap: '2',
}

/** A started local cloud with the order system on it, and every door into it. */
export interface Shop {
  readonly cloud: Cloud
  readonly client: OrdersClient
  readonly outputs: Readonly<Record<string, string>>
  /** The data folder. */
  readonly data: string
  readonly dynamodb: DynamoDBDocumentClient
  readonly sqs: SQSClient
  readonly sns: SNSClient
  readonly states: SFNClient
  readonly cloudwatch: CloudWatchClient
  readonly logs: CloudWatchLogsClient
  /** Everything that happened since the start. */
  readonly activities: readonly Activity[]
  /** Has an order of one line made, noted as accepted, and a watcher set on it. */
  order(input?: Partial<Parameters<OrdersClient['createOrder']>[0]>): Promise<Order>
  /** Notes an order that was made in another way as accepted, and sets a watcher on it. */
  adopt(orderId: string): void
  /** Sets a stock level, in its table: of what the API was asked for, and lost the answer, nobody could say what it changed. */
  setStock(sku: string, available: number): Promise<void>
  /** Waits for the order's end and answers what its watcher saw. */
  end(orderId: string): Promise<readonly StatusChange[]>
  /** Fails unless every invariant holds over all that was made here. */
  assertInvariants(): Promise<void>
  stop(): Promise<void>
}

const memory = '/dev/shm'

/** Seconds that the invariants wait for watchers: less than a hook may take, so that what is wrong is told. */
const patience = 30

/** Starts a shop of its own on free ports, its data in `folder`: in memory where the machine offers that. */
export async function openShop(
  parameters: Record<string, string> = {},
  assembly = inject('assembly'),
  folder = existsSync(memory) ? memory : tmpdir(),
): Promise<Shop> {
  const data = mkdtempSync(join(folder, 'shop-'))
  const cloud = await startCloud({
    assembly,
    data,
    port: 0,
    awsPort: 0,
    parameters: { ...quickFigures, ...parameters },
  })
  const activities: Activity[] = []
  cloud.watch((activity) => activities.push(activity))
  await seed(cloud)
  const outputs = cloud.outputs.OrderSystem ?? {}
  const aws = { region: cloud.place.region, endpoint: cloud.place.awsEndpoint, credentials: cloud.operator }
  const client = createOrdersClient({ endpoint: outputs.GraphqlUrl ?? '', apiKey: outputs.ApiKey ?? '' })
  const doors = {
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(aws)),
    sqs: new SQSClient(aws),
    sns: new SNSClient(aws),
    states: new SFNClient(aws),
    cloudwatch: new CloudWatchClient(aws),
    logs: new CloudWatchLogsClient(aws),
  }
  const notices = await listenToNotices(doors, outputs.NotificationTopicArn ?? '')
  const accepted: string[] = []
  const watchers = new Map<string, Promise<readonly StatusChange[]>>()
  const changed: Record<string, number> = {}
  const initial = Object.fromEntries(seeds.map((sku) => [sku, seededStock]))

  const shop: Shop = {
    cloud,
    client,
    outputs,
    data,
    ...doors,
    activities,
    async order(input = {}) {
      const usual = {
        customerEmail: 'ada@example.com',
        items: [{ sku: 'SKU123', qty: 1 }],
        totalAmount: 19.99,
      }
      const order = await client.createOrder({ ...usual, ...input })
      shop.adopt(order.id)
      return order
    },
    adopt(orderId) {
      accepted.push(orderId)
      if (!watchers.has(orderId)) watchers.set(orderId, all(client.watchOrder(orderId)))
    },
    async setStock(sku, available) {
      const { items } = await client.inventory({ skus: [sku] })
      const expected = items[0]?.available ?? 0
      const level = { ':available': available, ':expected': expected }
      await doors.dynamodb.send(
        new UpdateCommand({
          TableName: outputs.InventoryTable,
          Key: { sku },
          UpdateExpression: 'SET available = :available',
          ConditionExpression: 'available = :expected',
          ExpressionAttributeValues: level,
        }),
      )
      changed[sku] = (changed[sku] ?? 0) + available - expected
    },
    end: (orderId) => watchers.get(orderId) ?? Promise.reject(new Error(`Nobody watches '${orderId}'`)),
    async assertInvariants() {
      const looks = await Promise.all(
        [...watchers].map(async ([orderId, seen]) => ({ orderId, changes: await within(patience, seen) })),
      )
      const watched = looks.flatMap(({ orderId, changes }) => (changes ? [{ orderId, changes }] : []))
      await notices.settle(watched.length)
      const endless = looks.flatMap(({ orderId, changes }) =>
        changes ? [] : [`a watcher of ${orderId} saw no end within ${patience} s`],
      )
      const broken = violationsOf(
        await readWorld(shop, { accepted, watched, notices: notices.heard(), initial, changed }),
      ).map(({ invariant, message }) => `${invariant}: ${message}`)
      if (broken.length + endless.length > 0) throw new Error([...broken, ...endless].join('\n'))
    },
    async stop() {
      notices.stop()
      for (const door of Object.values(doors)) door.destroy()
      notePermissions(cloud)
      await cloud.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
  return shop
}

/** What is promised, or undefined when it did not come in time. */
async function within<Value>(seconds: number, promised: Promise<Value>): Promise<Value | undefined> {
  const late = new AbortController()
  const over = pause(seconds * 1000, undefined, { signal: late.signal }).catch(() => undefined)
  return Promise.race([promised, over]).finally(() => late.abort())
}

/** Everything an iterable gives. */
async function all<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const list: Value[] = []
  for await (const value of values) list.push(value)
  return list
}
