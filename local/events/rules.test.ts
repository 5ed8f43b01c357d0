import { afterEach, expect, test } from 'vitest'
import { AwsError } from '../aws/error.ts'
import { settle } from '../testing/clock.ts'
import { arns, eventsCloud, rule, to, type EventsCloud } from './testing/cloud.ts'

let cloud: EventsCloud | undefined
afterEach(async () => {
  await cloud?.stop()
  cloud?.context.cleanup()
  cloud = undefined
})

const finished = { source: 'aws.states', detailType: 'Status Change', resources: ['arn:x'] }
const pattern = { source: ['aws.states'], detail: { status: ['FAILED'] } }
const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/failures'
const servicePrincipal = { kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArn }

async function started(
  target: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<EventsCloud> {
  cloud = await eventsCloud([rule('failures', { EventPattern: pattern, Targets: [target], ...more })])
  return cloud
}

async function fail(detail: object = {}): Promise<void> {
  cloud?.events.deliver({ ...finished, detail: { status: 'FAILED', ...detail } })
  await settle()
}

test('an event that a rule matches reaches its target, in the shape of AWS', async () => {
  const { events, reached } = await started(to(arns.fn))
  events.deliver({ ...finished, detail: { status: 'SUCCEEDED' } })
  await fail()
  expect(reached).toMatchObject([
    { call: 'lambda:Invoke', principal: servicePrincipal, input: { InvocationType: 'Event' } },
  ])
  expect(JSON.parse(String(reached[0]?.input.Payload))).toEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    'detail-type': 'Status Change',
    source: 'aws.states',
    account: '000000000000',
    time: '2026-01-01T00:00:00Z',
    region: 'us-east-1',
    resources: ['arn:x'],
    detail: { status: 'FAILED' },
  })
})

test('queues, topics and state machines are targets, a state machine by the role of the target', async () => {
  const targets = [to(arns.queue), to(arns.topic), to(arns.machine, { RoleArn: arns.role })]
  cloud = await eventsCloud([rule('failures', { EventPattern: pattern, Targets: targets })])
  await fail()
  expect(cloud.reached).toMatchObject([
    {
      call: 'sqs:SendMessage',
      input: { QueueUrl: 'http://127.0.0.1:4566/000000000000/inbox' },
      principal: servicePrincipal,
    },
    { call: 'sns:Publish', input: { TopicArn: arns.topic }, principal: servicePrincipal },
    {
      call: 'states:StartExecution',
      input: { stateMachineArn: arns.machine },
      principal: { kind: 'role', roleArn: arns.role },
    },
  ])
})

test.each([
  ['Input', { Input: '{"a":1}' }, { a: 1 }],
  ['InputPath', { InputPath: '$.detail.list[1].name' }, 'y'],
  ['InputPath of nothing', { InputPath: '$.detail.none' }, null],
  [
    'a transformer',
    {
      InputTransformer: {
        InputPathsMap: { s: '$.detail.status', l: '$.detail.list' },
        InputTemplate: '{"s":<s>,"l":<l>,"t":"is <s>"}',
      },
    },
    { s: 'FAILED', l: [{ name: 'x' }, { name: 'y' }], t: 'is FAILED' },
  ],
  [
    'the names of the rule',
    { InputTransformer: { InputTemplate: '{"r":<aws.events.rule-name>,"e":<aws.events.event.json>}' } },
    { r: 'failures', e: expect.objectContaining({ source: 'aws.states' }) as object },
  ],
  [
    'plain text',
    { InputTransformer: { InputPathsMap: { s: '$.detail.status' }, InputTemplate: '"it <s>"' } },
    'it FAILED',
  ],
])('a target gets what %s makes of the event', async (_what, input, expected) => {
  const { reached } = await started(to(arns.fn, input))
  await fail({ list: [{ name: 'x' }, { name: 'y' }] })
  expect(JSON.parse(String(reached[0]?.input.Payload))).toEqual(expected)
})

test('a target that fails for a while is tried again', async () => {
  const { failures, reached, clock } = await started(to(arns.fn))
  failures['lambda:Invoke'] = [
    new AwsError('ServiceException', 'down', { status: 500 }),
    new AwsError('TooManyRequestsException', 'slow', { status: 429 }),
  ]
  await fail()
  expect(reached).toEqual([])
  await clock.advance(3000)
  expect(reached.map(({ call }) => call)).toEqual(['lambda:Invoke'])
})

test('an event that no retry may bring goes to the dead-letter queue with its reason', async () => {
  const { failures, reached, clock } = await started(
    to(arns.fn, { DeadLetterConfig: { Arn: arns.failed }, RetryPolicy: { MaximumRetryAttempts: 1 } }),
  )
  failures['lambda:Invoke'] = [1, 2].map(() => new AwsError('ServiceException', 'down', { status: 500 }))
  await fail()
  await clock.advance(1000)
  expect(reached).toMatchObject([
    {
      call: 'sqs:SendMessage',
      input: {
        QueueUrl: 'http://127.0.0.1:4566/000000000000/failed',
        MessageAttributes: {
          RULE_ARN: { StringValue: ruleArn },
          TARGET_ARN: { StringValue: arns.fn },
          ERROR_CODE: { StringValue: 'ServiceException' },
          EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
          RETRY_ATTEMPTS: { StringValue: '1' },
        },
      },
    },
  ])
  expect(JSON.parse(String(reached[0]?.input.MessageBody))).toMatchObject({ detail: { status: 'FAILED' } })
})

test('a missing permission is not tried again', async () => {
  const { failures, reached, clock, context } = await started(to(arns.fn))
  failures['lambda:Invoke'] = [new AwsError('AccessDeniedException', 'no', { status: 403 })]
  await fail()
  await clock.advance(3_600_000)
  expect(reached).toEqual([])
  expect(context.metrics.filter(({ name }) => name === 'FailedInvocations')).toHaveLength(1)
})

test('what was set off before a restart arrives after it', async () => {
  const first = await started(to(arns.fn))
  first.failures['lambda:Invoke'] = [new AwsError('ServiceException', 'down', { status: 500 })]
  await fail()
  await first.stop()
  cloud = await eventsCloud([], { data: first.context.data, clock: first.clock })
  await cloud.clock.advance(1000)
  expect(cloud.reached.map(({ call }) => call)).toEqual(['lambda:Invoke'])
  first.context.cleanup()
})

test('a rule that is disabled matches nothing until it is enabled, across restarts', async () => {
  const first = await started(to(arns.fn))
  await first.call('DisableRule', { Name: 'failures' })
  await fail()
  await first.stop()
  cloud = await eventsCloud([rule('failures', { EventPattern: pattern, Targets: [to(arns.fn)] })], {
    data: first.context.data,
  })
  expect(await cloud.call('DescribeRule', { Name: 'failures' })).toMatchObject({ State: 'DISABLED' })
  await cloud.call('EnableRule', { Name: 'failures' })
  await fail()
  expect(cloud.reached).toHaveLength(1)
  first.context.cleanup()
})

test('PutEvents brings events to the rules of their bus and refuses entry by entry', async () => {
  const bus = {
    stack: 'Test',
    logicalId: 'Bus',
    type: 'AWS::Events::EventBus',
    properties: {},
    ref: 'things',
    attributes: {},
  }
  cloud = await eventsCloud([
    bus,
    rule('mine', { EventPattern: { source: ['app'] }, Targets: [to(arns.fn)] }, 'things'),
  ])
  const entry = { Source: 'app', DetailType: 'Made', Detail: '{"n":1}', EventBusName: 'things' }
  const answer = await cloud.call('PutEvents', {
    Entries: [
      entry,
      { ...entry, EventBusName: 'default' },
      { ...entry, Detail: 'x' },
      { ...entry, Source: '' },
      { ...entry, Source: 'aws.states' },
    ],
  })
  expect(answer).toMatchObject({
    FailedEntryCount: 3,
    Entries: [
      { EventId: expect.any(String) as string },
      { EventId: expect.any(String) as string },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'InvalidArgument' },
      { ErrorCode: 'NotAuthorizedForSourceException' },
    ],
  })
  expect(cloud.reached).toHaveLength(1)
})

test('rules and their targets can be listed', async () => {
  const { call } = await started(to(arns.fn))
  expect(await call('ListRules', {})).toEqual({
    Rules: [
      {
        Name: 'failures',
        Arn: ruleArn,
        EventPattern: JSON.stringify(pattern),
        State: 'ENABLED',
        EventBusName: 'default',
      },
    ],
  })
  expect(await call('ListTargetsByRule', { Rule: 'failures' })).toMatchObject({
    Targets: [{ Id: 'target', Arn: arns.fn }],
  })
  await expect(call('DescribeRule', { Name: 'none' })).rejects.toThrow(
    'Rule none does not exist on EventBus default.',
  )
})

test.each([
  [{ EventPattern: { a: [{ resembles: 1 }] } }, 'Unrecognized match type resembles'],
  [{ ScheduleExpression: 'rate(2 minute)' }, 'ScheduleExpression rate(2 minute) is not valid'],
  [{}, 'EventPattern or ScheduleExpression must be specified'],
  [
    { EventPattern: pattern, Targets: [to('arn:aws:kinesis:us-east-1:000000000000:stream/x')] },
    'the target arn:aws:kinesis',
  ],
  [{ EventPattern: pattern, Targets: [to(arns.machine)] }, 'RoleArn is required'],
  [
    { EventPattern: pattern, Targets: [to(arns.fn, { BatchParameters: {} })] },
    'BatchParameters is not supported here',
  ],
])('the rule %j is refused by name', async (properties, reason) => {
  await expect(eventsCloud([rule('failures', properties)])).rejects.toThrow(reason)
})
