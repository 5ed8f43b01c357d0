import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Tokenization } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { Figures } from './figures.ts'
import { createFunction } from './function.ts'
import type { FunctionDefaults, FunctionDetails } from './function.ts'
import { allow } from './role.ts'
import type { Tables } from './tables.ts'

/** The functions that the saga calls; ProcessPayment is not among them, it takes its work from the queue. */
export interface Steps {
  readonly updateInventory: Function
  readonly sendNotification: Function
  readonly beginUndo: Function
  readonly compensateRestock: Function
  readonly compensateRefund: Function
  readonly closeUndone: Function
}

/** What several steps need, as statements and as environment. */
function resourcesOf({ orders, inventory, payments, simulatedProvider }: Tables, figures: Figures) {
  return {
    readOrder: allow(['dynamodb:GetItem'], orders.tableArn),
    moveOrder: allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], orders.tableArn),
    changeStock: allow(['dynamodb:UpdateItem'], inventory.tableArn),
    keepLedgers: [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], payments.tableArn),
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], simulatedProvider.tableArn),
    ],
    ofOrder: { ORDERS_TABLE: orders.tableName },
    ofPayment: {
      ORDERS_TABLE: orders.tableName,
      PAYMENTS_TABLE: payments.tableName,
      PROVIDER: 'simulated',
      SIMULATED_PROVIDER_TABLE: simulatedProvider.tableName,
      PROVIDER_TIMEOUT_MS: Tokenization.stringifyNumber(figures.ProviderTimeoutMs),
    },
  }
}

/** The functions of these steps, each with a role for exactly what it does. */
export function createSteps(
  stack: Construct,
  defaults: FunctionDefaults,
  { tables, notifications, figures }: { tables: Tables; notifications: Topic; figures: Figures },
): Steps {
  const { readOrder, moveOrder, changeStock, keepLedgers, ofOrder, ofPayment } = resourcesOf(tables, figures)
  const step = (id: string, details: Omit<FunctionDetails, 'timeout'>) =>
    createFunction(stack, id, defaults, { timeout: figures.StepFunctionTimeout, ...details })

  const stock = {
    bundle: 'update-inventory',
    environment: { ...ofOrder, INVENTORY_TABLE: tables.inventory.tableName },
    may: [moveOrder, changeStock],
  } as const satisfies Partial<FunctionDetails>
  const close = {
    bundle: 'send-notification',
    environment: { ...ofOrder, NOTIFICATION_TOPIC_ARN: notifications.topicArn },
  } as const satisfies Partial<FunctionDetails>
  const tell = allow(['sns:Publish'], notifications.topicArn)
  const readPayment = allow(['dynamodb:GetItem'], tables.payments.tableArn)

  return {
    updateInventory: step('UpdateInventory', stock),
    sendNotification: step('SendNotification', { ...close, may: [moveOrder, tell] }),
    beginUndo: step('BeginUndo', { bundle: 'begin-undo', environment: ofOrder, may: [moveOrder] }),
    compensateRestock: step('CompensateRestock', { ...stock, handler: 'undo' }),
    compensateRefund: step('CompensateRefund', {
      bundle: 'process-payment',
      handler: 'undo',
      environment: ofPayment,
      may: [readOrder, ...keepLedgers],
    }),
    closeUndone: step('CloseUndone', {
      ...close,
      handler: 'undo',
      environment: { ...close.environment, PAYMENTS_TABLE: tables.payments.tableName },
      may: [moveOrder, readPayment, tell],
    }),
  }
}

/** What Lambda's poller does, and what it must be allowed to before Lambda makes the event source (attributes). */
const takeFromQueue = (queue: Queue): PolicyStatement =>
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queueArn)

/** The step that waits in line: its function takes orders from the queue and answers the saga by task token. */
export function createPaymentStep(
  stack: Construct,
  defaults: FunctionDefaults,
  { tables, queue, saga, figures }: { tables: Tables; queue: Queue; saga: StateMachine; figures: Figures },
): void {
  const { moveOrder, keepLedgers, ofPayment } = resourcesOf(tables, figures)
  const may: PolicyStatement[] = [
    moveOrder,
    allow(['dynamodb:ConditionCheckItem'], tables.orders.tableArn),
    ...keepLedgers,
    allow(['states:SendTaskSuccess', 'states:SendTaskFailure'], saga.stateMachineArn),
    takeFromQueue(queue),
  ]
  const target = createFunction(stack, 'ProcessPayment', defaults, {
    bundle: 'process-payment',
    timeout: figures.PaymentFunctionTimeout,
    environment: ofPayment,
    may,
  })
  new EventSourceMapping(stack, 'PaymentSource', {
    target,
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
    // Never by reserved concurrency: its throttles would use up the receives of a message.
    maxConcurrency: figures.PaymentConcurrency,
  })
}
