import { setTimeout as pause } from 'node:timers/promises'
import {
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { FaultError } from '../../local/dynamodb/faults.ts'
import { invoke } from '../harness/functions.ts'
import { pausePayments, resumePayments } from '../harness/payments.ts'
import { recover, retryOrder, rowOf } from '../harness/recovery.ts'
import type { Shop } from '../harness/shop.ts'
import type { Random } from '../survival/random.ts'

interface Message {
  orderId: string
  taskToken: string
}

/** What makes a day a bad one; each kind comes at any moment and beside any other. */
export const kinds = [
  'the tables fail',
  'the tables fail',
  'the tables lose answers',
  'the tables lose answers',
  'the tables are slow',
  'nobody can be told',
  'the API fails',
  'a payment message comes again',
  'a payment message comes again',
  'a payment answers for another order',
  'payments pause',
  'a saga is stopped',
  'an undo is stopped',
  'an execution is redriven',
  'an undo is begun by hand',
  'a step is repeated',
  'recover-orders runs twice',
  'an order is cancelled',
  'an order is cancelled',
  'an undo is tried again',
  'stock is set',
] as const

type Trouble = (typeof kinds)[number]

const errors: FaultError[] = [
  'TransactionConflict',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'InternalServerError',
]
const tables = [
  'OrdersTable',
  'PaymentsTable',
  'InventoryTable',
  'SimulatedProviderTable',
  'IdempotencyTable',
]
/** Without that of setStock: of a level whose setting got no answer the test cannot say what it changed. */
const tablesThatLose = ['OrdersTable', 'PaymentsTable', 'SimulatedProviderTable']
const steps = ['UpdateInventory', 'SendNotification', 'CompensateRestock', 'BeginUndo', 'CloseUndone']

/** Makes one trouble after the other, as `random` says, over the orders made so far, until it is told to end. */
export function makeTrouble(shop: Shop, random: Random, orders: readonly string[]) {
  const made = new Map<Trouble, number>()
  const seen: Message[] = []
  const QueueUrl = shop.outputs.OrderQueueUrl
  const machines = [shop.outputs.StateMachineArn, shop.outputs.UndoMachineArn]
  const { faults } = shop.cloud
  /** One of the newest, which are likely to be on their way. */
  const someOrder = (): string => random.pick(orders.slice(-40))
  const table = (): string => shop.outputs[random.pick(tables)] ?? ''
  const send = (message: Message): Promise<unknown> =>
    shop.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }))

  /** Receives payment messages as one that crashes then, so that they come again; answers one of all that were seen. */
  async function someMessage(): Promise<Message> {
    const receive = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }
    const { Messages = [] } = await shop.sqs.send(new ReceiveMessageCommand(receive))
    seen.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as Message))
    return random.pick(seen)
  }
  async function ofMachine(index: 0 | 1, statusFilter: 'RUNNING' | 'ABORTED' | 'FAILED') {
    const list = { stateMachineArn: machines[index], statusFilter, maxResults: 20 }
    const { executions = [] } = await shop.states.send(new ListExecutionsCommand(list))
    return executions
  }
  async function stop(index: 0 | 1): Promise<void> {
    const { executionArn } = random.pick(await ofMachine(index, 'RUNNING'))
    await shop.states.send(new StopExecutionCommand({ executionArn }))
  }

  const troubles: Record<Trouble, () => unknown> = {
    'the tables fail': () =>
      faults.inject({ table: table(), error: random.pick(errors), times: 1 + random.below(12) }),
    'the tables lose answers': () =>
      faults.inject({
        action: random.pick(['TransactWriteItems', 'UpdateItem', 'PutItem']),
        table: shop.outputs[random.pick(tablesThatLose)] ?? '',
        error: random.pick(['InternalServerError', 'ThrottlingException']),
        after: true,
        times: 1 + random.below(6),
      }),
    'the tables are slow': () =>
      faults.inject({
        action: random.pick(['TransactWriteItems', 'UpdateItem', 'GetItem']),
        table: table(),
        latencyMs: random.pick([300, 1_500, 6_000]),
        times: 1 + random.below(3),
      }),
    'nobody can be told': () => shop.cloud.sns.faults.failPublish(random.below(10)),
    'the API fails': () =>
      shop.cloud.appsync.faults.inject({
        kind: random.pick(['internal', 'unavailable', 'throttled']),
        after: random.pick([true, false]),
        times: 1 + random.below(5),
      }),
    'a payment message comes again': async () => {
      await send(await someMessage())
    },
    'a payment answers for another order': async () => {
      const { orderId } = await someMessage()
      await send({ ...random.pick(seen), orderId })
    },
    'payments pause': async () => {
      await pausePayments(shop)
      await someMessage().catch(() => undefined)
      await pause(500 + random.below(1_500))
      await resumePayments(shop)
    },
    'a saga is stopped': () => stop(0),
    'an undo is stopped': () => stop(1),
    'an execution is redriven': async () => {
      const index = random.pick([0, 1] as const)
      const ended = await ofMachine(index, random.pick(['ABORTED', 'FAILED'] as const))
      await shop.states.send(new RedriveExecutionCommand({ executionArn: random.pick(ended).executionArn }))
    },
    'an undo is begun by hand': async () => {
      const orderId = someOrder()
      const { version } = await rowOf(shop, orderId)
      const input = JSON.stringify({ orderId, step: 'hand', error: 'ByHand' })
      const name = `${orderId}-${version + random.below(3)}`
      await shop.states.send(new StartExecutionCommand({ stateMachineArn: machines[1], name, input }))
    },
    'a step is repeated': () =>
      invoke(shop, random.pick(steps), { orderId: someOrder(), step: 'hand', error: 'ByHand' }),
    'recover-orders runs twice': () => Promise.all([recover(shop), recover(shop)]),
    'an order is cancelled': () => shop.client.cancelOrder(someOrder()),
    'an undo is tried again': () => retryOrder(shop, someOrder()),
    'stock is set': () => shop.setStock(random.pick(['PLUM-1', 'PEAR-1']), 50 + random.below(400)),
  }

  /** What fails, for the trouble that there is already or because nothing of its kind is there, is not counted. */
  async function make(kind: Trouble): Promise<void> {
    try {
      await troubles[kind]()
      made.set(kind, (made.get(kind) ?? 0) + 1)
    } catch {
      return
    }
  }
  const over = new AbortController()
  const going = (async () => {
    const begun: Promise<void>[] = []
    while (!over.signal.aborted) {
      await pause(10 + random.below(90))
      begun.push(make(random.pick(kinds)))
    }
    clear()
    await Promise.all(begun)
  })()
  function clear(): void {
    faults.clear()
    shop.cloud.appsync.faults.clear()
    shop.cloud.sns.faults.failPublish(0)
  }

  return {
    /** Ends all trouble; answers how often each kind was made. */
    async end(): Promise<ReadonlyMap<Trouble, number>> {
      over.abort()
      await going
      clear()
      await resumePayments(shop)
      return made
    },
  }
}
