import { afterEach, expect, test } from 'vitest'
import { machineArn, thrown, world, type Backends, type World } from './testing/world.ts'
import type { Options } from './index.ts'

let open: World | undefined
afterEach(() => open?.close())

async function cloud(
  machines: Readonly<Record<string, object>>,
  backends: Backends = {},
  options: Options = {},
): Promise<World> {
  open = await world(backends, options)
  await open.deploy(machines)
  return open
}

const one = (state: object): object => ({ StartAt: 'S', States: { S: { End: true, ...state } } })
const wait = one({ Type: 'Wait', Seconds: 100 })
const invoke = one({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' })
const day = 24 * 3600 * 1000
const refusal = (code: string, message: string): object => ({
  code,
  message: expect.stringContaining(message) as string,
})

test('an execution can be redriven for 14 days', async () => {
  const w = await cloud({ invoke }, { 'lambda:Invoke': () => thrown('E') })
  const [soon, late] = [await w.start('invoke'), await w.start('invoke')]
  await w.settled(late)
  await w.clock.advance(14 * day - 1)
  await w.call('RedriveExecution', { executionArn: soon })
  await w.clock.advance(2)
  expect(await w.describe(late)).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE' })
  await expect(w.call('RedriveExecution', { executionArn: late })).rejects.toMatchObject(
    refusal('ExecutionNotRedrivable', 'redrivable period of 14 days'),
  )
})

test('a client token redrives once: asked again within 15 minutes it gets the first answer', async () => {
  const w = await cloud({ invoke }, { 'lambda:Invoke': () => thrown('E') })
  const executionArn = await w.start('invoke')
  await w.settled(executionArn)
  const asked = (clientToken: string) => w.call('RedriveExecution', { executionArn, clientToken })
  const [first, again] = await Promise.all([asked('a'), asked('a')])
  await w.settled(executionArn)
  await w.clock.advance(15 * 60_000 - 1)
  expect([again, await asked('a')]).toEqual([first, first])
  expect(await w.describe(executionArn)).toMatchObject({ redriveCount: 1, status: 'FAILED' })

  await w.clock.advance(1)
  await asked('a')
  await expect(asked('b')).rejects.toMatchObject(refusal('ExecutionNotRedrivable', 'is RUNNING'))
  await w.settled(executionArn)
  await asked('b')
  await w.settled(executionArn)
  expect(await w.describe(executionArn)).toMatchObject({ redriveCount: 3 })
})

test('executions are listed by whether they were redriven', async () => {
  const w = await cloud({ invoke }, { 'lambda:Invoke': () => thrown('E') })
  const [again, once] = [await w.start('invoke'), await w.start('invoke')]
  await w.settled(once)
  await w.call('RedriveExecution', { executionArn: again })
  await w.settled(again)
  const listed = async (redriveFilter: string): Promise<unknown> => {
    const found = await w.call('ListExecutions', { stateMachineArn: machineArn('invoke'), redriveFilter })
    return (found.executions as { executionArn: string }[]).map(({ executionArn }) => executionArn)
  }
  expect([await listed('REDRIVEN'), await listed('NOT_REDRIVEN')]).toEqual([[again], [once]])
})

test.each([
  [{ error: 'x'.repeat(257) }, "at 'error' failed"],
  [{ cause: 'x'.repeat(32_769) }, "at 'cause' failed"],
])('StopExecution refuses what is too long', async (more, message) => {
  const w = await cloud({ wait })
  const executionArn = await w.start('wait')
  await expect(w.call('StopExecution', { executionArn, ...more })).rejects.toMatchObject(
    refusal('ValidationException', message),
  )
  expect(await w.describe(executionArn)).toMatchObject({ status: 'RUNNING' })
})

test('SendTaskSuccess takes 256 KiB at most', async () => {
  const w = await cloud({})
  const output = JSON.stringify('x'.repeat(262_143))
  await expect(w.call('SendTaskSuccess', { taskToken: 'any', output })).rejects.toMatchObject(
    refusal('ValidationException', "at 'output' failed"),
  )
})

test.each([
  ['a variable', { x: "{% $pad('', 262143, 'x') %}" }],
  ['variables together', { x: "{% $pad('', 140000, 'x') %}", y: "{% $pad('', 140000, 'x') %}" }],
])('%s may hold 256 KiB at most', async (_, Assign) => {
  const w = await cloud({ assigning: one({ Type: 'Pass', Assign }) })
  expect(await w.settled(await w.start('assigning'))).toMatchObject({
    error: 'States.DataLimitExceeded',
    cause: expect.stringContaining("variables assigned by the state 'S'") as string,
  })
})

test('the variables of an execution hold 10 MiB at most', async () => {
  const states = Array.from({ length: 42 }, (_, at) => [
    `S${at}`,
    { Type: 'Pass', Assign: { [`v${at}`]: "{% $pad('', 262000, 'x') %}" }, Next: `S${at + 1}` },
  ])
  const end = [['S42', { Type: 'Succeed' }]]
  const many = { StartAt: 'S0', States: Object.fromEntries([...states, ...end]) as object }
  const w = await cloud({ many })
  const executionArn = await w.start('many')
  expect(await w.settled(executionArn)).toMatchObject({
    error: 'States.DataLimitExceeded',
    cause: expect.stringContaining('variables of the execution') as string,
  })
  const entered = (await w.history(executionArn)).filter(({ type }) => type === 'PassStateEntered')
  expect(entered).toHaveLength(41)
})

test('$range makes 1,000 elements at most', async () => {
  const w = await cloud({
    counting: one({ Type: 'Pass', Output: '{% $count($range(1, $states.input, 1)) %}' }),
  })
  expect(await w.settled(await w.start('counting', 1000))).toMatchObject({ output: '1000' })
  expect(await w.settled(await w.start('counting', 1001))).toMatchObject({
    status: 'FAILED',
    error: 'States.QueryEvaluationError',
  })
})

test('a definition has 1 MB at most', async () => {
  const long = { ...wait, Comment: 'x'.repeat(1_048_576) }
  await expect(cloud({ long })).rejects.toThrow('State machine long: the definition is longer than 1048576')
  await expect(
    open?.call('ValidateStateMachineDefinition', { definition: JSON.stringify(long) }),
  ).rejects.toMatchObject(refusal('ValidationException', "at 'definition' failed"))
})

test.each([
  'sqs:purgeQueue',
  'scheduler:getSchedule',
  'dynamodbstreams:listStreams',
  'cloudwatchlogs:tagResource',
])('aws-sdk:%s is accepted when the service has it and refused by name when not', async (call) => {
  const task = one({ Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${call}` })
  await cloud({ task })
  open?.close()
  const asked: string[] = []
  const serves = (service: string, action: string): boolean => asked.push(`${service}:${action}`) < 0
  await expect(cloud({ task }, {}, { serves })).rejects.toThrow(`aws-sdk:${call} is not recognized`)
  const [service = '', action = ''] = call.split(':')
  const pascal = `${action.charAt(0).toUpperCase()}${action.slice(1)}`
  expect(asked).toEqual([`${service === 'cloudwatchlogs' ? 'logs' : service}:${pascal}`])
})
