import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createOrdersClient, type OrdersClient } from '../../client/sdk/index.ts'
import { seededStock, seeds } from '../../start/seed.ts'
import { subscribeQueue, takeNotices, type Notice } from '../harness/notices.ts'
import { readWorld } from '../harness/read-world.ts'
import { quickFigures } from '../harness/shop.ts'
import { violationsOf } from '../invariants/violations.ts'
import type { World } from '../invariants/world.ts'
import type { Customers } from './customers.ts'
import { freePorts, isFree } from './free-ports.ts'
import { processesOf, startMortal, type Mortal, type Up } from './mortal.ts'

/** A system that is killed and started again on the same data folder and ports, as often as a test likes. */
export interface Survivor {
  readonly data: string
  readonly client: OrdersClient
  /** The process that runs now. */
  readonly mortal: Mortal
  /** Starts it again after its death, without waiting until it is ready. */
  begin(): void
  /** Waits until it is ready and nothing of its forerunners is left. */
  ready(): Promise<void>
  /** What an operator sees of the system, with what the customers know. */
  look(customers: Customers): Promise<World>
  /** Ends it in good order; throws when a process is left behind or holds a port. */
  end(): Promise<void>
  /** Kills what runs, whatever happened, and forgets the data. */
  clear(): Promise<void>
}

/** Small enough that what a kill interrupted comes back soon; a message may meet many kills. */
const figures = {
  ...quickFigures,
  MaxReceiveCount: '100',
  StepFunctionTimeout: '10',
  StepTaskTimeout: '20',
  ForwardRetries: '8',
}

export async function openSurvivor(assembly: string): Promise<Survivor> {
  const data = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'survivor-'))
  const [port, awsPort] = await freePorts()
  const options = { assembly, data, port, awsPort, parameters: figures }
  let mortal = startMortal(options)
  const up = await mortal.up
  const { GraphqlUrl = '', ApiKey = '', NotificationTopicArn = '' } = up.outputs
  const doors = openDoors(up)
  const queue = await subscribeQueue(doors, NotificationTopicArn)
  const told: Notice[] = []

  return {
    data,
    client: createOrdersClient({ endpoint: GraphqlUrl, apiKey: ApiKey }),
    get mortal() {
      return mortal
    },
    begin: () => void (mortal = startMortal(options)),
    async ready() {
      await mortal.up
    },
    async look({ accepted, watched }) {
      for (let more = [{}]; more.length > 0; told.push(...(more as Notice[]))) {
        more = await takeNotices(doors.sqs, queue)
      }
      const initial = Object.fromEntries(seeds.map((sku) => [sku, seededStock]))
      return readWorld({ ...doors, outputs: up.outputs }, { accepted, watched, notices: told, initial })
    },
    async end() {
      for (const door of Object.values(doors)) door.destroy()
      await mortal.stop()
      for (let waits = 0; waits < 40 && processesOf(data).length > 0; waits += 1) await pause(50)
      const left = processesOf(data)
      if (left.length > 0) throw new Error(`Left behind:\n${left.join('\n')}`)
      if (!(await isFree(port)) || !(await isFree(awsPort))) throw new Error('A port is still held')
    },
    async clear() {
      await mortal.kill()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Clients of every service that a world is read by. */
export function openDoors({
  operator: credentials,
  place: { region, awsEndpoint: endpoint },
}: Pick<Up, 'operator' | 'place'>) {
  const aws = { region, endpoint, credentials }
  return {
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(aws)),
    sqs: new SQSClient(aws),
    sns: new SNSClient(aws),
    states: new SFNClient(aws),
    cloudwatch: new CloudWatchClient(aws),
    logs: new CloudWatchLogsClient(aws),
  }
}

/** Everything that is wrong with the world, in words: broken invariants, and orders that nobody was told of or twice made. */
export function troubles(world: World): string[] {
  const broken = violationsOf(world).map(({ invariant, message }) => `${invariant}: ${message}`)
  const known = new Set(world.accepted)
  const strange = world.orders.filter(({ id }) => !known.has(id)).map(({ id }) => `${id} was made twice`)
  return [...broken, ...strange]
}
