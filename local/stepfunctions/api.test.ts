import { afterEach, expect, test } from 'vitest'
import { machineArn, payload, thrown, world, type Backends, type World } from './testing/world.ts'

let open: World | undefined
afterEach(() => open?.close())

const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, End: true } } }
const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }
const ask = {
  StartAt: 'A',
  States: {
    A: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: { QueueUrl: 'q', MessageBody: '{% $states.context.Task.Token %}' },
      TimeoutSeconds: 50,
      End: true,
    },
  },
}

async function cloud(definitions: Readonly<Record<string, object>>, backends: Backends = {}): Promise<World> {
  open = await world(backends)
  await open.deploy(definitions)
  return open
}

test('starting again under the name of a running execution with the same input answers as the first time', async () => {
  const w = await cloud({ wait })
  const request = { stateMachineArn: machineArn('wait'), name: 'one', input: '{"a":1}' }
  const first = await w.call('StartExecution', request)
  await w.clock.advance(5000)
  expect(await w.call('StartExecution', request)).toEqual(first)
  expect((await w.call('ListExecutions', { stateMachineArn: machineArn('wait') })).executions).toHaveLength(1)
})

test.each([
  ['another input', 0, '{"a":2}'],
  ['the same input once it has closed', 200, '{"a":1}'],
])('a name is taken for %s', async (_, seconds, input) => {
  const w = await cloud({ wait })
  const arn = await w.start('wait', { a: 1 }, 'one')
  await w.clock.advance(seconds * 1000)
  await w.settled(arn)
  await expect(
    w.call('StartExecution', { stateMachineArn: machineArn('wait'), name: 'one', input }),
  ).rejects.toMatchObject({
    code: 'ExecutionAlreadyExists',
    message: `Execution Already Exists: '${arn}'`,
  })
})

test('two starts in the same moment make one execution', async () => {
  const w = await cloud({ wait })
  const arns = await Promise.all([w.start('wait', {}, 'one'), w.start('wait', {}, 'one')])
  expect(new Set(arns).size).toBe(1)
})

test.each([
  [{ stateMachineArn: 'nonsense' }, 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: nonsense'"],
  [
    { stateMachineArn: machineArn('none') },
    'StateMachineDoesNotExist',
    `State Machine Does Not Exist: '${machineArn('none')}'`,
  ],
  [{ name: 'a b' }, 'InvalidName', "Invalid Name: 'a b'"],
  [{ name: 'a/b' }, 'InvalidName', "Invalid Name: 'a/b'"],
  [{ name: 'x'.repeat(81) }, 'ValidationException', 'less than or equal to 80'],
  [{ input: 'not json' }, 'InvalidExecutionInput', "'Unrecognized token 'not': was expecting (JSON String"],
  [
    { input: '' },
    'InvalidExecutionInput',
    "Invalid State Machine Execution Input: 'Invalid execution input.'",
  ],
  [{ input: JSON.stringify('x'.repeat(262_144)) }, 'ValidationException', 'less than or equal to 262144'],
  [{ stateMachineArn: undefined }, 'ValidationException', "Value null at 'stateMachineArn'"],
])('StartExecution refuses %j', async (more, code, message) => {
  const w = await cloud({ pass })
  const refused = w.call('StartExecution', { stateMachineArn: machineArn('pass'), ...more })
  await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string })
})

test('DescribeExecution tells all of an execution that succeeded', async () => {
  const w = await cloud({ pass })
  const arn = await w.start('pass', { a: 1 }, 'one')
  expect(await w.settled(arn)).toEqual({
    executionArn: arn,
    stateMachineArn: machineArn('pass'),
    name: 'one',
    status: 'SUCCEEDED',
    startDate: w.clock.now() / 1000,
    stopDate: w.clock.now() / 1000,
    input: '{"a":1}',
    inputDetails: { included: true },
    output: '{"a":1}',
    outputDetails: { included: true },
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  })
})

test('executions are listed newest first, filtered and page by page', async () => {
  const w = await cloud({ wait, pass })
  for (const name of ['a', 'b', 'c']) await w.start('wait', {}, name)
  const stateMachineArn = machineArn('wait')
  await w.call('StopExecution', { executionArn: await w.start('wait', {}, 'd') })
  const names = async (more: object): Promise<unknown> =>
    ((await w.call('ListExecutions', { stateMachineArn, ...more })).executions as { name: string }[]).map(
      (each) => each.name,
    )
  expect(await names({})).toEqual(['d', 'c', 'b', 'a'])
  expect(await names({ statusFilter: 'ABORTED' })).toEqual(['d'])
  const first = await w.call('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING', maxResults: 2 })
  expect(await names({ statusFilter: 'RUNNING', maxResults: 2, nextToken: first.nextToken })).toEqual(['a'])
  await expect(names({ nextToken: 'broken' })).rejects.toMatchObject({ code: 'InvalidToken' })
  await expect(names({ statusFilter: 'ODD' })).rejects.toMatchObject({ code: 'ValidationException' })
})

test('the history comes in either order, in pages, and without data when asked', async () => {
  const w = await cloud({ pass })
  const executionArn = await w.start('pass', { secret: 1 })
  await w.settled(executionArn)
  const ids = async (more: object): Promise<[number[], unknown]> => {
    const { events, nextToken } = await w.call('GetExecutionHistory', { executionArn, ...more })
    return [(events as { id: number }[]).map((each) => each.id), nextToken]
  }
  expect((await ids({ reverseOrder: true }))[0]).toEqual([4, 3, 2, 1])
  const [first, nextToken] = await ids({ maxResults: 3 })
  expect([first, await ids({ maxResults: 3, nextToken })]).toEqual([
    [1, 2, 3],
    [[4], undefined],
  ])
  const without = await w.call('GetExecutionHistory', { executionArn, includeExecutionData: false })
  expect(JSON.stringify(without)).not.toContain('secret')
})

test('StopExecution aborts what runs, with error and cause', async () => {
  const w = await cloud({ wait })
  const arn = await w.start('wait')
  await w.settled(arn)
  await w.call('StopExecution', { executionArn: arn, error: 'Mine', cause: 'why not' })
  expect(await w.describe(arn)).toMatchObject({ status: 'ABORTED', error: 'Mine', cause: 'why not' })
  expect((await w.history(arn)).at(-1)).toMatchObject({
    id: 3,
    previousEventId: 0,
    type: 'ExecutionAborted',
    executionAbortedEventDetails: { error: 'Mine', cause: 'why not' },
  })
  await w.clock.advance(200_000)
  expect(await w.settled(arn)).toMatchObject({ status: 'ABORTED' })
})

test('a token works once; an old one, one of nobody and nonsense are told apart', async () => {
  const tokens: string[] = []
  const w = await cloud(
    { ask },
    { 'sqs:SendMessage': ({ MessageBody }) => (tokens.push(String(MessageBody)), { MessageId: 'm' }) },
  )
  const arn = await w.start('ask')
  await w.settled(arn)
  const answer = (taskToken: unknown, output: unknown = '1'): Promise<unknown> =>
    w.call('SendTaskSuccess', { taskToken, output })
  await expect(answer(tokens[0], 'not json')).rejects.toMatchObject({ code: 'InvalidOutput' })
  await answer(tokens[0])
  const gone = { code: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" }
  await expect(answer(tokens[0])).rejects.toMatchObject(gone)
  await expect(w.call('SendTaskHeartbeat', { taskToken: tokens[0] })).rejects.toMatchObject(gone)
  await expect(answer('nonsense')).rejects.toMatchObject({
    code: 'InvalidToken',
    message: "Invalid Token: 'Invalid token'",
  })
  const nobody = Buffer.from('999.0.11111111-2222-4333-8444-555555555555').toString('base64url')
  await expect(answer(nobody)).rejects.toMatchObject({ code: 'TaskDoesNotExist' })
  await expect(answer(undefined)).rejects.toMatchObject({ code: 'ValidationException' })
})

test('a token is gone once its task timed out, and of two answers in one moment only one counts', async () => {
  const tokens: string[] = []
  const w = await cloud(
    { ask },
    { 'sqs:SendMessage': ({ MessageBody }) => (tokens.push(String(MessageBody)), { MessageId: 'm' }) },
  )
  await w.start('ask')
  await w.clock.advance(50_000)
  await expect(w.call('SendTaskFailure', { taskToken: tokens[0] })).rejects.toMatchObject({
    code: 'TaskTimedOut',
  })
  const arn = await w.start('ask')
  await w.settled(arn)
  const both = await Promise.allSettled(
    ['"a"', '"b"'].map((output) => w.call('SendTaskSuccess', { taskToken: tokens[1], output })),
  )
  expect(both.map((each) => each.status)).toEqual(['fulfilled', 'rejected'])
  expect(await w.settled(arn)).toMatchObject({ output: '"a"' })
})

test('answering a task asks for permission on its state machine', async () => {
  const tokens: string[] = []
  const w = await cloud(
    { ask },
    { 'sqs:SendMessage': ({ MessageBody }) => (tokens.push(String(MessageBody)), { MessageId: 'm' }) },
  )
  await w.settled(await w.start('ask'))
  const asked = (taskToken: unknown): unknown =>
    w.service().actions.SendTaskSuccess?.permissions({ taskToken })
  expect(asked(tokens[0])).toEqual([{ action: 'states:SendTaskSuccess', resource: machineArn('ask') }])
  expect(asked('nonsense')).toEqual([{ action: 'states:SendTaskSuccess', resource: '*' }])
})

test('a redriven execution repeats only what did not succeed', async () => {
  const calls: string[] = []
  let broken = true
  const task = (name: string): object => ({
    StartAt: name,
    States: {
      [name]: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: name },
        Output: name,
        End: true,
      },
    },
  })
  const both = {
    StartAt: 'Both',
    States: { Both: { Type: 'Parallel', Branches: [task('good'), task('bad')], End: true } },
  }
  const invoke = ({ FunctionName }: Readonly<Record<string, unknown>>): object => {
    calls.push(String(FunctionName))
    return FunctionName === 'bad' && broken ? thrown('E') : payload(1)
  }
  const w = await cloud({ both }, { 'lambda:Invoke': invoke })
  const executionArn = await w.start('both')
  expect(await w.settled(executionArn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' })
  broken = false
  await w.crash()
  await w.call('RedriveExecution', { executionArn })
  expect(await w.settled(executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    output: '["good","bad"]',
    redriveCount: 1,
  })
  expect(calls).toEqual(['good', 'bad', 'bad'])
  expect((await w.history(executionArn)).find((each) => each.type === 'ExecutionRedriven')).toMatchObject({
    executionRedrivenEventDetails: { redriveCount: 1 },
  })
  await expect(w.call('RedriveExecution', { executionArn })).rejects.toMatchObject({
    code: 'ExecutionNotRedrivable',
  })
})

test('machines are described and listed; a change gives a revision', async () => {
  const w = await cloud({ pass, wait })
  const describe = (): Promise<Readonly<Record<string, unknown>>> =>
    w.call('DescribeStateMachine', { stateMachineArn: machineArn('pass') })
  expect(await describe()).toMatchObject({
    name: 'pass',
    status: 'ACTIVE',
    type: 'STANDARD',
    loggingConfiguration: { level: 'OFF' },
  })
  expect(await describe()).not.toHaveProperty('revisionId')
  const executionArn = await w.start('pass')
  await w.deploy({ pass: wait })
  expect(await describe()).toMatchObject({ revisionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string })
  const then = await w.call('DescribeStateMachineForExecution', { executionArn })
  expect(JSON.parse(String(then.definition))).toMatchObject(pass)
  expect((await w.call('ListStateMachines')).stateMachines).toMatchObject([{ name: 'pass' }])
  await expect(w.start('wait')).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' })
})

test('an execution of nobody and one of nonsense are told apart', async () => {
  const w = await cloud({ pass })
  const none = machineArn('pass').replace('stateMachine', 'execution') + ':none'
  await expect(w.describe(none)).rejects.toMatchObject({
    code: 'ExecutionDoesNotExist',
    message: `Execution Does Not Exist: '${none}'`,
  })
  await expect(w.describe('nonsense')).rejects.toMatchObject({ code: 'InvalidArn' })
})

test('a nested machine is started with its input as text', async () => {
  const starts = {
    StartAt: 'S',
    States: {
      S: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        Arguments: { StateMachineArn: machineArn('pass'), Name: 'inner', Input: { a: '{% 1 + 1 %}' } },
        Output: '{% $states.result.ExecutionArn %}',
        End: true,
      },
    },
  }
  const w = await cloud({ starts, pass })
  const inner = JSON.parse(String((await w.settled(await w.start('starts'))).output)) as string
  expect(await w.settled(inner)).toMatchObject({ name: 'inner', input: '{"a":2}', status: 'SUCCEEDED' })
})
