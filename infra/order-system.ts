import { CfnOutput, Stack } from 'aws-cdk-lib/core'
import type { StackProps } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import { createAlarms } from './alarms.ts'
import { createApi } from './api.ts'
import { createDashboard } from './dashboard.ts'
import { createFigures } from './figures.ts'
import { createPush } from './push.ts'
import { createOrderQueue } from './queue.ts'
import { createRecovery } from './recovery.ts'
import { createOrderUndo, createSaga } from './saga.ts'
import { createPaymentStep, createSteps } from './steps.ts'
import { createTables } from './tables.ts'
import { createTopics } from './topics.ts'

export interface OrderSystemProps extends StackProps {
  /** Folder with the built functions and resolvers. */
  readonly bundles: string
  /** `YYYY-MM`, from which the API key's expiry is counted. */
  readonly month: string
}

/** The whole system. A part comes after those it is given: the way of an order begins at the API and reads upwards. */
export class OrderSystem extends Stack {
  constructor(scope: Construct, id: string, { bundles, month, ...props }: OrderSystemProps) {
    super(scope, id, props)
    const figures = createFigures(this)
    const defaults = { bundles, logRetentionDays: figures.LogRetentionDays }

    const tables = createTables(this)
    const { notifications, alarms: topic } = createTopics(this)
    const { queue, deadLetters } = createOrderQueue(this, figures)

    const steps = createSteps(this, defaults, { tables, notifications, figures })
    const saga = createSaga(this, { queue, steps, figures })
    createPaymentStep(this, defaults, { tables, queue, saga, figures })
    const orderUndo = createOrderUndo(this, { steps, figures })
    const recovery = createRecovery(this, defaults, { tables, notifications, saga, orderUndo, figures })

    const api = createApi(this, defaults, { tables, saga, orderUndo, month })
    const pushFailures = createPush(this, defaults, { api, orders: tables.orders })

    const alarms = createAlarms(this, { topic, deadLetters, pushFailures, saga, recovery })
    createDashboard(this, { alarms, api, queue, saga })

    this.tell({
      GraphqlUrl: api.graphqlUrl,
      ApiKey: api.apiKey,
      Region: this.region,
      OrdersTable: tables.orders.tableName,
      InventoryTable: tables.inventory.tableName,
      PaymentsTable: tables.payments.tableName,
      IdempotencyTable: tables.idempotency.tableName,
      SimulatedProviderTable: tables.simulatedProvider.tableName,
      OrderQueueUrl: queue.queueUrl,
      DeadLetterQueueUrl: deadLetters.queueUrl,
      PushFailuresQueueUrl: pushFailures.queueUrl,
      NotificationTopicArn: notifications.topicArn,
      AlarmTopicArn: topic.topicArn,
      StateMachineArn: saga.stateMachineArn,
      UndoMachineArn: orderUndo.stateMachineArn,
      RecoverOrdersFunction: recovery.functionName,
    })
  }

  private tell(outputs: Record<string, string | undefined>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value: value ?? '' })
  }
}
