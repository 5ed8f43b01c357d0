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

/** The order machine. Its log has no data; CloudWatch may write it, X-Ray sees it. */
export function createSaga(stack: Construct, parts: SagaParts): StateMachine {
  const functions = Object.values(parts.steps).map(({ functionArn }: Steps[keyof Steps]) => functionArn)
  const role = createRole(stack, 'SagaRole', 'states.amazonaws.com', [
    allow(['sqs:SendMessage'], parts.queue.queueArn),
    allow(['lambda:InvokeFunction'], ...functions),
    allow(logDelivery, '*'),
    sendTraces(),
    allow(['xray:GetSamplingRules', 'xray:GetSamplingTargets'], '*'),
  ])
  const { LogRetentionDays: logRetentionDays } = parts.figures
  // Under this prefix CloudWatch needs no entry in its resource policy, whose size is limited, per log group.
  const logGroupName = `/aws/vendedlogs/states/${Aws.STACK_NAME}`
  const saga = new StateMachine(stack, 'Saga', {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(wayOfAnOrder(new Construct(stack, 'Way'), parts)),
    role,
    tracingEnabled: true,
    logs: {
      destination: createLogGroup(stack, 'SagaLogs', logRetentionDays, logGroupName),
      level: LogLevel.ERROR,
      includeExecutionData: false,
    },
  })
  Validations.of(saga).acknowledge({
    id: 'AwsSolutions-SF1',
    reason:
      'Every event stands in the history that Step Functions keeps of each execution; the log tells of failures.',
  })
  return saga
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
