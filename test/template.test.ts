import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isEnumType, isObjectType } from 'graphql'
import { describe, expect, inject, test } from 'vitest'
import { resolverFiles } from '../infra/fields.ts'
import { statuses } from '../model/status.ts'
import { orderIndexes } from '../model/tables.ts'
import { apiSchema } from './harness/schema.ts'
import { evaluate, ofType, resource, readTemplate } from './synthesized.ts'

const root = dirname(import.meta.dirname)
const template = readTemplate(inject('assembly'))

describe('the stack', () => {
  test('answers with what its users need', () => {
    expect(Object.keys(template.Outputs).sort()).toEqual([
      'AlarmTopicArn',
      'ApiKey',
      'DeadLetterQueueUrl',
      'GraphqlUrl',
      'IdempotencyTable',
      'InventoryTable',
      'NotificationTopicArn',
      'OrderQueueUrl',
      'OrdersTable',
      'PaymentsTable',
      'PushFailuresQueueUrl',
      'RecoverOrdersFunction',
      'Region',
      'SimulatedProviderTable',
      'StateMachineArn',
      'UndoMachineArn',
    ])
  })

  test('has the figures of the design', () => {
    const defaults = Object.entries(template.Parameters).map(([name, { Default: value }]) => [name, value])
    expect(Object.fromEntries(defaults)).toEqual({
      ProviderTimeoutMs: 8_000,
      PaymentFunctionTimeout: 30,
      QueueVisibilityTimeout: 180,
      MaxReceiveCount: 5,
      PaymentTaskTimeout: 1_200,
      PaymentConcurrency: 10,
      StepFunctionTimeout: 10,
      StepTaskTimeout: 20,
      ForwardRetries: 5,
      ForwardRetryInterval: 1,
      ForwardRetryCap: 20,
      UndoRetries: 40,
      UndoRetryInterval: 2,
      UndoRetryCap: 300,
      NewWithoutExecution: 120,
      StandsStill: 2_700,
      UndoStandsStill: 36_000,
      NoticeRetryAge: 60,
      NoticeAlarmAge: 900,
      LogRetentionDays: 30,
      OperatorEmail: '',
      OperatorEmailStatuses: 'FAILED',
    })
  })

  test('runs no code of the CDK and takes no policy of AWS', () => {
    const types = Object.values(template.Resources).map(({ Type: type }) => type)
    expect(types.filter((type) => type.startsWith('Custom::'))).toEqual([])
    expect(JSON.stringify(template)).not.toContain('ManagedPolicyArns')
  })
})

describe('tables', () => {
  test('stay but for a first deployment that fails, can be set back in time, and are paid by the request', () => {
    const tables = Object.values(template.Resources).filter(
      ({ Type: type }) => type === 'AWS::DynamoDB::Table',
    )
    expect(tables).toHaveLength(5)
    for (const {
      DeletionPolicy: deletion,
      UpdateReplacePolicy: replaced,
      Properties: properties,
    } of tables) {
      expect([deletion, replaced]).toEqual(['RetainExceptOnCreate', 'Retain'])
      expect(properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      })
    }
  })

  test('have the indexes of the model, keys only', () => {
    const { GlobalSecondaryIndexes: indexes } = resource(template, 'AWS::DynamoDB::Table', 'Orders')
    const expected = Object.entries(orderIndexes).map(([name, attribute]) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: attribute, KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    }))
    expect(indexes).toEqual(expected)
  })

  test('stream whole orders, old and new', () => {
    expect(resource(template, 'AWS::DynamoDB::Table', 'Orders').StreamSpecification).toEqual({
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    })
  })

  test('forget an idempotency key when its time is over', () => {
    expect(resource(template, 'AWS::DynamoDB::Table', 'Idempotency').TimeToLiveSpecification).toEqual({
      AttributeName: 'expiresAt',
      Enabled: true,
    })
  })
})

describe('the API', () => {
  test('knows the statuses of the model', () => {
    const status = apiSchema.getType('OrderStatus')
    expect(isEnumType(status) && status.getValues().map(({ name }) => name)).toEqual(statuses)
  })

  test('has a resolver for every root field', () => {
    const rootFields = [
      apiSchema.getQueryType(),
      apiSchema.getMutationType(),
      apiSchema.getSubscriptionType(),
    ]
      .flatMap((type) => (type ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : []))
      .sort()
    const resolved = ofType(template, 'AWS::AppSync::Resolver').map(
      ([, { TypeName: type, FieldName: field }]) => `${String(type)}.${String(field)}`,
    )
    expect(resolved.sort()).toEqual(rootFields)
  })

  test.each(resolverFiles)('takes %s from the file of that name', (file) => {
    expect(existsSync(join(root, 'resolvers', `${file}.ts`))).toBe(true)
  })

  test('never gives out how a customer pays, nor the key of a request', () => {
    const given = Object.values(apiSchema.getTypeMap()).filter((type) => isObjectType(type))
    const fields = given.flatMap((type) => Object.keys(type.getFields()))
    expect(fields).toContain('customerEmail')
    expect(fields).not.toContain('paymentMethod')
    expect(fields).not.toContain('idempotencyKey')
  })

  test('keeps addresses out of its log', () => {
    const { LogConfig: log } = resource(template, 'AWS::AppSync::GraphQLApi', 'Api')
    expect(log).toMatchObject({ ExcludeVerboseContent: true, FieldLogLevel: 'ERROR' })
  })
})

describe('queues and topics', () => {
  const queues = ['OrderQueue', 'DeadLetterQueue', 'PushFailures']

  test.each(queues)('%s is encrypted', (name) => {
    expect(resource(template, 'AWS::SQS::Queue', name)).toMatchObject({ SqsManagedSseEnabled: true })
  })

  test('take nothing that does not come over TLS', () => {
    const policies = [
      ...ofType(template, 'AWS::SQS::QueuePolicy'),
      ...ofType(template, 'AWS::SNS::TopicPolicy'),
    ]
    expect(policies).toHaveLength(queues.length + 2)
    for (const [, { PolicyDocument: document }] of policies)
      expect(JSON.stringify(document)).toContain('{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"')
  })

  test('keep a message that keeps failing for two weeks', () => {
    const { RedrivePolicy: redrive } = resource(template, 'AWS::SQS::Queue', 'OrderQueue')
    const { deadLetterTargetArn: target, maxReceiveCount: most } = evaluate(template, redrive) as Record<
      string,
      unknown
    >
    expect(target).toMatch(/^DeadLetterQueue/)
    expect(most).toBe(5)
    expect(resource(template, 'AWS::SQS::Queue', 'DeadLetterQueue')).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 3600,
    })
  })

  test('of orders are encrypted; those of alarms let CloudWatch in', () => {
    expect(resource(template, 'AWS::SNS::Topic', 'Notifications').KmsMasterKeyId).toBe('alias/aws/sns')
    expect(JSON.stringify(resource(template, 'AWS::SNS::TopicPolicy', 'AlarmsPolicy'))).toContain(
      '"Principal":{"Service":"cloudwatch.amazonaws.com"}',
    )
  })

  test('mail to an operator only when the stack was given an address', () => {
    const mails = Object.values(template.Resources).filter(
      ({ Type: type }) => type === 'AWS::SNS::Subscription',
    )
    expect(mails.map(({ Condition: condition }) => condition)).toEqual(['HasOperator', 'HasOperator'])
    expect(resource(template, 'AWS::SNS::Subscription', 'OperatorNotices').FilterPolicy).toEqual({
      status: { Ref: 'OperatorEmailStatuses' },
    })
  })
})

describe('alarms', () => {
  test.each([
    ['DeadLetters', 'ignore'],
    ['PushesFailed', 'ignore'],
    ['OrdersNeedAttention', 'ignore'],
    ['NoticesOwed', 'ignore'],
    ['SagasFailed', 'notBreaching'],
    ['SagasTimedOut', 'notBreaching'],
    ['SagasAborted', 'notBreaching'],
    ['RecoveryFails', 'notBreaching'],
  ])('%s rings at one and tells when it is over, and takes silence as %s', (name, silence) => {
    const alarm = resource(template, 'AWS::CloudWatch::Alarm', name)
    expect(alarm).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: silence,
    })
    const told = [evaluate(template, alarm.AlarmActions), evaluate(template, alarm.OKActions)]
    expect(told).toEqual([[expect.stringMatching(/^Alarms/)], [expect.stringMatching(/^Alarms/)]])
  })

  test.each(['OrdersNeedAttention', 'NoticesOwed'])(
    '%s lasts as long as recover-orders finds any',
    (name) => {
      const { Environment: environment } = resource(template, 'AWS::Lambda::Function', 'RecoverOrders')
      const { Variables: variables } = environment as { Variables: Record<string, string> }
      expect(resource(template, 'AWS::CloudWatch::Alarm', name)).toMatchObject({
        Namespace: variables.POWERTOOLS_METRICS_NAMESPACE,
        Dimensions: [{ Name: 'service', Value: variables.POWERTOOLS_SERVICE_NAME }],
        Statistic: 'Maximum',
      })
    },
  )
})

describe('state machines', () => {
  test('are traced, and log no data of an execution', () => {
    const machines = ofType(template, 'AWS::StepFunctions::StateMachine')
    expect(machines).toHaveLength(2)
    for (const [, { TracingConfiguration: tracing, LoggingConfiguration: logging }] of machines) {
      expect(tracing).toEqual({ Enabled: true })
      expect(logging).toMatchObject({ IncludeExecutionData: false, Level: 'ERROR' })
    }
  })
})

describe('recovery', () => {
  const machines = [expect.stringMatching(/^Saga/), expect.stringMatching(/^OrderUndo/)]

  const targetsOf = (targets: unknown): string[] =>
    (evaluate(template, targets) as { Arn: string }[]).map(({ Arn: arn }) => arn)

  test('looks for orders each minute', () => {
    const { ScheduleExpression: schedule, Targets: targets } = resource(
      template,
      'AWS::Events::Rule',
      'EveryMinute',
    )
    expect(schedule).toBe('rate(1 minute)')
    expect(targetsOf(targets)).toEqual([expect.stringMatching(/^RecoverOrders/)])
  })

  test('looks at once at the order of an execution that ended badly', () => {
    const rule = resource(template, 'AWS::Events::Rule', 'ExecutionsEndedBadly')
    expect(evaluate(template, rule.EventPattern)).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: machines },
    })
    expect(targetsOf(rule.Targets)).toEqual([expect.stringMatching(/^RecoverOrders/)])
  })
})

describe('functions', () => {
  test('have each a log group that forgets, a role of its own, and traces', () => {
    const functions = ofType(template, 'AWS::Lambda::Function')
    expect(functions).toHaveLength(9)
    const roles = functions.map(([, { Role: role }]) => JSON.stringify(role))
    expect(new Set(roles).size).toBe(functions.length)
    for (const [, { LoggingConfig: logging, TracingConfig: tracing }] of functions) {
      expect(logging).toHaveProperty('LogGroup.Ref')
      expect(tracing).toEqual({ Mode: 'Active' })
    }
    for (const [, { RetentionInDays: days }] of ofType(template, 'AWS::Logs::LogGroup'))
      expect(days).toEqual({ Ref: 'LogRetentionDays' })
  })

  test('are told of a change of status again and again, then by a queue', () => {
    expect(resource(template, 'AWS::Lambda::EventSourceMapping', 'PushSource')).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 900,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^PushFailures/), 'Arn'] } },
      },
    })
  })

  test('take payments message by message, so many at once as the stack says', () => {
    expect(resource(template, 'AWS::Lambda::EventSourceMapping', 'PaymentSource')).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: { Ref: 'PaymentConcurrency' } },
    })
    // A throttle of the function itself would use up deliveries.
    for (const [, properties] of ofType(template, 'AWS::Lambda::Function'))
      expect(properties).not.toHaveProperty('ReservedConcurrentExecutions')
  })
})
