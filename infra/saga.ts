import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import {
  DefinitionBody,
  Errors,
  IntegrationPattern,
  LogLevel,
  QueryLanguage,
  StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions'
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions'
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks'
import { Aws, Duration, Validations } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { cancelled, declined, outOfStock } from '../model/failures.ts'
import type { Figures } from './figures.ts'
import { createLogGroup } from './logs.ts'
import { allow, createRole, sendTraces } from './role.ts'
import type { Steps } from './steps.ts'
import { handOn, neverRetry, orderId, retry, step } from './task.ts'
import { undo } from './undo.ts'

const businessFailures = [declined, outOfStock, cancelled]

interface SagaParts {
  readonly queue: Queue
  readonly steps: Steps
  readonly figures: Figures
}

/** The way of an order `{orderId}`: payment, inventory, notification; back again when a step fails for good. */
function wayOfAnOrder(scope: Construct, { queue, steps, figures }: SagaParts): IChainable {
  const pace = {
    retries: figures.ForwardRetries,
    interval: figures.ForwardRetryInterval,
    cap: figures.ForwardRetryCap,
  }
  const forward = { timeout: figures.StepTaskTimeout, pace, answers: businessFailures }

  const processPayment = SqsSendMessage.jsonata(scope, 'ProcessPayment', {
    queue,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    messageBody: TaskInput.fromObject({ orderId, taskToken: '{% $states.context.Task.Token %}' }),
    taskTimeout: Timeout.duration(Duration.seconds(figures.PaymentTaskTimeout)),
    outputs: handOn,
  })
    .addRetry(neverRetry(...businessFailures, Errors.TIMEOUT))
    // What is left is the sending itself: the queue delivers again what fails behind it.
    .addRetry(retry(pace, Errors.TASKS_FAILED))
  const updateInventory = step(scope, 'UpdateInventory', steps.updateInventory, forward)
  const sendNotification = step(scope, 'SendNotification', steps.sendNotification, forward)

  const back = undo(scope, steps, figures)
  for (const state of [processPayment, updateInventory, sendNotification])
    state.addCatch(back, {
      errors: [Errors.ALL],
      // The error's name only: its cause may quote the order.
      outputs: { orderId, step: state.id, error: '{% $states.errorOutput.Error %}' },
    })

  return processPayment.next(updateInventory).next(sendNotification)
}

/** The order machine, an execution an order, named by its id. */
export function createSaga(stack: Construct, parts: SagaParts): StateMachine {
  return createMachine(stack, 'Saga', {
    definition: wayOfAnOrder(new Construct(stack, 'Way'), parts),
    calls: Object.values<Function>({ ...parts.steps }),
    may: [allow(['sqs:SendMessage'], parts.queue.queueArn)],
    // Under this prefix CloudWatch needs no entry in its resource policy, whose size is limited, per log group.
    logGroupName: `/aws/vendedlogs/states/${Aws.STACK_NAME}`,
    logRetentionDays: parts.figures.LogRetentionDays,
  })
}

/** The machine order-undo: the way back alone, for orders that their saga left behind. Named `<orderId>-<version>`. */
export function createOrderUndo(
  stack: Construct,
  { steps, figures }: Omit<SagaParts, 'queue'>,
): StateMachine {
  const { beginUndo, compensateRestock, compensateRefund, closeUndone } = steps
  return createMachine(stack, 'OrderUndo', {
    definition: undo(new Construct(stack, 'WayBack'), steps, figures),
    calls: [beginUndo, compensateRestock, compensateRefund, closeUndone],
    may: [],
    logGroupName: `/aws/vendedlogs/states/${Aws.STACK_NAME}-undo`,
    logRetentionDays: figures.LogRetentionDays,
  })
}

interface MachineParts {
  readonly definition: IChainable
  /** The functions that its states call. */
  readonly calls: Function[]
  readonly may: PolicyStatement[]
  readonly logGroupName: string
  readonly logRetentionDays: number
}

/** A machine whose log has no data; CloudWatch may write it, X-Ray sees it. */
function createMachine(stack: Construct, id: string, parts: MachineParts): StateMachine {
  const role = createRole(stack, `${id}Role`, 'states.amazonaws.com', [
    ...parts.may,
    allow(['lambda:InvokeFunction'], ...parts.calls.map(({ functionArn }) => functionArn)),
    allow(logDelivery, '*'),
    sendTraces(),
    allow(['xray:GetSamplingRules', 'xray:GetSamplingTargets'], '*'),
  ])
  const machine = new StateMachine(stack, id, {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(parts.definition),
    role,
    tracingEnabled: true,
    logs: {
      destination: createLogGroup(stack, `${id}Logs`, parts.logRetentionDays, parts.logGroupName),
      level: LogLevel.ERROR,
      includeExecutionData: false,
    },
  })
  Validations.of(machine).acknowledge({
    id: 'AwsSolutions-SF1',
    reason:
      'Every event stands in the history that Step Functions keeps of each execution; the log tells of failures.',
  })
  return machine
}

/** What Step Functions asks for to log to CloudWatch. */
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]
