import { settle } from '../testing/clock.ts'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { payload, world, type Answer, type World } from './testing/world.ts'

let open: World | undefined
afterEach(() => open?.close())

async function cloud(definition: object, backends: Readonly<Record<string, Answer>> = {}): Promise<World> {
  open = await world(backends)
  await open.deploy({ machine: { StartAt: 'S', ...definition } })
  return open
}

const token = { Arguments: { QueueUrl: 'q', MessageBody: { token: '{% $states.context.Task.Token %}' } } }
const ask = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  ...token,
  End: true,
}
const work = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' } }

function typesOf(events: readonly { type: string }[]): string[] {
  return events.map((each) => each.type)
}

test('a submitted task is not submitted again after a crash, and its token still works', async () => {
  const sent: string[] = []
  const send: Answer = ({ MessageBody }) => {
    sent.push((JSON.parse(String(MessageBody)) as { token: string }).token)
    return { MessageId: 'm' }
  }
  const w = await cloud({ States: { S: ask } }, { 'sqs:SendMessage': send })
  const arn = await w.start('machine')
  await w.settled(arn)
  await w.crash()
  await w.settled(arn)
  expect(sent).toHaveLength(1)
  await w.call('SendTaskSuccess', { taskToken: sent[0], output: '"done"' })
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' })
})

test('a task that was not yet submitted is submitted again, under the same token', async () => {
  const sent: string[] = []
  const send: Answer = ({ MessageBody }) => {
    sent.push((JSON.parse(String(MessageBody)) as { token: string }).token)
    return sent.length === 1 ? new Promise(() => undefined) : { MessageId: 'm' }
  }
  const w = await cloud({ States: { S: ask } }, { 'sqs:SendMessage': send })
  const arn = await w.start('machine')
  await w.settled(arn)
  await w.crash()
  await w.settled(arn)
  expect(sent).toEqual([sent[0], sent[0]])
  await w.call('SendTaskSuccess', { taskToken: sent[0], output: '1' })
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED' })
})

test('a request that was under way is made again, and the history has every event once', async () => {
  let calls = 0
  const invoke: Answer = () => (++calls === 1 ? new Promise(() => undefined) : payload(calls))
  const w = await cloud(
    { States: { S: { ...work, Output: '{% $states.result.Payload %}', End: true } } },
    { 'lambda:Invoke': invoke },
  )
  const arn = await w.start('machine')
  await w.settled(arn)
  await w.crash()
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED', output: '2' })
  expect(typesOf(await w.history(arn))).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ])
})

test('what was acknowledged in the same turn as the crash is there afterwards', async () => {
  const w = await cloud({ States: { S: { Type: 'Wait', Seconds: 60, End: true } } })
  const arn = await w.start('machine', { a: 1 }, 'one')
  await w.crash()
  expect(await w.describe(arn)).toMatchObject({ status: 'RUNNING', input: '{"a":1}' })
})

test.each([
  ['a wait', { Type: 'Wait', Seconds: 100, End: true }, {}],
  [
    'a task time-out',
    { ...ask, TimeoutSeconds: 100, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Z' }] },
    {},
  ],
  [
    'a missed heartbeat',
    { ...ask, HeartbeatSeconds: 100, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Z' }] },
    {},
  ],
])('%s keeps its due time over a crash', async (_, state, more) => {
  const Z = { Type: 'Succeed' }
  const States = 'Catch' in state ? { S: { ...state, End: undefined, Next: 'Z' }, Z } : { S: state }
  const w = await cloud({ States, ...more }, { 'sqs:SendMessage': () => ({ MessageId: 'm' }) })
  const arn = await w.start('machine')
  await w.clock.advance(60_000)
  await w.crash()
  await w.clock.advance(39_000)
  expect(await w.settled(arn)).toMatchObject({ status: 'RUNNING' })
  await w.clock.advance(1000)
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED' })
})

test('timers that fell due while nothing ran fire at the start', async () => {
  const w = await cloud({ TimeoutSeconds: 50, States: { S: { Type: 'Wait', Seconds: 100, End: true } } })
  const arn = await w.start('machine')
  await w.settled(arn)
  await w.service().stop?.()
  await w.clock.advance(500_000)
  await w.crash()
  await w.clock.advance(0)
  expect(await w.settled(arn)).toMatchObject({ status: 'TIMED_OUT' })
})

test('retries used and variables set live through a crash', async () => {
  let calls = 0
  const fails: Answer = () => ({
    StatusCode: 200,
    FunctionError: 'Unhandled',
    Payload: `{"errorType":"E${++calls}"}`,
  })
  const retry = { ErrorEquals: ['E1', 'E2', 'E3'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 2 }
  const w = await cloud(
    {
      States: {
        S: { Type: 'Pass', Assign: { kept: 'yes' }, Next: 'W' },
        W: { ...work, Retry: [retry], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }], Next: 'Z' },
        Z: { Type: 'Pass', Output: '{% $kept & $states.input.Error %}', End: true },
      },
    },
    { 'lambda:Invoke': fails },
  )
  const arn = await w.start('machine')
  await w.clock.advance(10_000)
  await w.crash()
  await w.clock.advance(10_000)
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED', output: '"yesE3"' })
  expect(calls).toBe(3)
})

test('branches and iterations go on where they stood', async () => {
  const iteration = {
    StartAt: 'I',
    States: {
      I: { Type: 'Wait', Seconds: '{% $states.input %}', Output: '{% $states.input * 10 %}', End: true },
    },
  }
  const w = await cloud({
    States: {
      S: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'M',
            States: {
              M: { Type: 'Map', Items: [1, 30, 20], MaxConcurrency: 2, ItemProcessor: iteration, End: true },
            },
          },
          { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 40, Output: 'w', End: true } } },
        ],
        End: true,
      },
    },
  })
  const arn = await w.start('machine')
  for (const seconds of [5, 20, 10, 10]) {
    await w.clock.advance(seconds * 1000)
    await w.crash()
  }
  await w.clock.advance(10_000)
  const done = await w.settled(arn)
  expect({ status: done.status, output: JSON.parse(String(done.output)) as unknown }).toEqual({
    status: 'SUCCEEDED',
    output: [[10, 300, 200], 'w'],
  })
})

test('branches of an attempt that failed are gone for good', async () => {
  const branch = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } })
  const slow = branch('Slow', { Type: 'Wait', Seconds: 5, End: true })
  const bad = {
    StartAt: 'Soon',
    States: { Soon: { Type: 'Wait', Seconds: 1, Next: 'Bad' }, Bad: { Type: 'Fail', Error: 'E' } },
  }
  const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 10, MaxAttempts: 1 }]
  const Catch = [{ ErrorEquals: ['E'], Next: 'Z' }]
  const w = await cloud({
    States: {
      S: { Type: 'Parallel', Branches: [slow, bad], Retry, Catch, Next: 'Z' },
      Z: { Type: 'Succeed' },
    },
  })
  const arn = await w.start('machine')
  await w.clock.advance(2000)
  await w.crash()
  await w.clock.advance(30_000)
  expect(await w.settled(arn)).toMatchObject({ status: 'SUCCEEDED' })
  expect(w.stored('threads')).toBe(0)
})

test('a running execution finishes on the definition it began with', async () => {
  const version = (n: number): object => ({
    StartAt: 'S',
    States: { S: { Type: 'Wait', Seconds: 10, Next: 'Z' }, Z: { Type: 'Pass', Output: n, End: true } },
  })
  open = await world()
  const w = open
  await w.deploy({ machine: version(1) })
  const old = await w.start('machine')
  await w.deploy({ machine: version(2) })
  const young = await w.start('machine')
  await w.crash()
  await w.clock.advance(10_000)
  expect([(await w.settled(old)).output, (await w.settled(young)).output]).toEqual(['1', '2'])
})

test('each change of status is told, and told again when the process died before it could have been', async () => {
  const w = await cloud({ States: { S: { Type: 'Fail', Error: 'E', Cause: 'c' } } })
  const arn = await w.start('machine', {}, 'one')
  await w.settled(arn)
  expect(w.changes).toMatchObject([
    { executionArn: arn, status: 'RUNNING', stopDate: null, input: '{}' },
    { executionArn: arn, status: 'FAILED', stopDate: w.clock.now(), error: 'E', cause: 'c', output: null },
  ])
  await w.crash()
  await settle()
  expect(w.changes.map((each) => each.status)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'FAILED'])
  await w.start('machine')
  await settle()
  await w.crash()
  expect(w.changes).toHaveLength(8)
})

test('a start that cannot be written is not acknowledged, and counts once it can be', async () => {
  const w = await cloud({ States: { S: { Type: 'Succeed' } } })
  const other = new DatabaseSync(`${w.context.data}/states.db`)
  other.exec('BEGIN IMMEDIATE')
  await expect(w.start('machine', {}, 'one')).rejects.toMatchObject({ code: 'InternalServerError' })
  other.exec('ROLLBACK')
  other.close()
  await w.clock.advance(1000)
  const arn = await w.start('machine', {}, 'one').catch((error: unknown) => String(error))
  expect(arn).toContain('Execution Already Exists')
  expect(w.changes.map((each) => each.status)).toEqual(['RUNNING', 'SUCCEEDED'])
})

test('data of another version is refused by a clear line', async () => {
  const w = await cloud({ States: { S: { Type: 'Succeed' } } })
  const db = new DatabaseSync(`${w.context.data}/states.db`)
  db.exec('PRAGMA user_version = 77')
  db.close()
  await expect(world({}, {}, w.context.data)).rejects.toThrow('states.db has data of version 77')
})
