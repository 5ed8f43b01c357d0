import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Aws, Duration, Stack, Tokenization, Validations } from 'aws-cdk-lib/core'
import type { Construct } from 'constructs'
import type { Figures } from './figures.ts'
import { createFunction } from './function.ts'
import type { FunctionDefaults } from './function.ts'
import { allow } from './role.ts'
import type { Tables } from './tables.ts'

interface RecoveryParts {
  readonly tables: Tables
  readonly notifications: Topic
  readonly saga: StateMachine
  readonly orderUndo: StateMachine
  readonly figures: Figures
}

/** Sees to it that every order ends: each minute for all, and at once for the order of an execution that ended badly. */
export function createRecovery(stack: Construct, defaults: FunctionDefaults, parts: RecoveryParts): Function {
  const { tables, notifications, saga, orderUndo, figures } = parts
  const { tableArn: orders, tableName } = tables.orders
  const machines = [saga, orderUndo]
  const target = createFunction(stack, 'RecoverOrders', defaults, {
    bundle: 'recover-orders',
    timeout: 60,
    environment: {
      ORDERS_TABLE: tableName,
      STATE_MACHINE_ARN: saga.stateMachineArn,
      UNDO_MACHINE_ARN: orderUndo.stateMachineArn,
      NOTIFICATION_TOPIC_ARN: notifications.topicArn,
      NEW_WITHOUT_EXECUTION: Tokenization.stringifyNumber(figures.NewWithoutExecution),
      STANDS_STILL: Tokenization.stringifyNumber(figures.StandsStill),
      UNDO_STANDS_STILL: Tokenization.stringifyNumber(figures.UndoStandsStill),
      NOTICE_RETRY_AGE: Tokenization.stringifyNumber(figures.NoticeRetryAge),
      NOTICE_ALARM_AGE: Tokenization.stringifyNumber(figures.NoticeAlarmAge),
    },
    may: [
      allow(['dynamodb:Query'], `${orders}/index/byStatus`, `${orders}/index/byOwed`),
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], orders),
      allow(['states:StartExecution'], ...machines.map(({ stateMachineArn }) => stateMachineArn)),
      allow(['states:DescribeExecution', 'states:StopExecution'], ...machines.map(executionsOf)),
      allow(['sns:Publish'], notifications.topicArn),
    ],
  })
  for (const machine of machines)
    Validations.of(stack.node.findChild('RecoverOrdersRole')).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${named(executionsOf(machine), stack)}]`,
      reason: 'Executions are named by orders, which nobody knows beforehand.',
    })
  new Rule(stack, 'EveryMinute', {
    description: 'Looks for orders that nothing works on',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(target)],
  })
  new Rule(stack, 'ExecutionsEndedBadly', {
    description: 'Looks at once at the order of an execution that ended badly',
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: machines.map(({ stateMachineArn }) => stateMachineArn),
      },
    },
    targets: [new LambdaFunction(target)],
  })
  return target
}

/** All executions of a machine: their names are ids of orders. */
const executionsOf = ({ stateMachineName: name }: StateMachine): string =>
  `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${name}:*`

/** An ARN as cdk-nag words it: a reference as `<Name>`, an attribute as `<Name.Attribute>`. */
function named(arn: string, stack: Construct): string {
  const { 'Fn::Join': join } = Stack.of(stack).resolve(arn) as { 'Fn::Join': [string, Part[]] }
  return join[1]
    .map((part) => {
      if (typeof part === 'string') return part
      return `<${'Ref' in part ? part.Ref : part['Fn::GetAtt'].join('.')}>`
    })
    .join('')
}

type Part = string | { Ref: string } | { 'Fn::GetAtt': string[] }
