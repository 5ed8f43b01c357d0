import { afterEach, expect, test } from 'vitest'
import { records } from '../aws/input.ts'
import { operator } from '../aws/principal.ts'
import { fakeClock } from '../testing/clock.ts'
import { testContext, type TestContext } from '../testing/context.ts'
import { createLogs, type CloudWatchLogs } from './index.ts'

const clock = fakeClock()
const start = clock.now()
const open: { context: TestContext; logs: CloudWatchLogs }[] = []

afterEach(async () => {
  for (const { context, logs } of open.splice(0)) {
    await logs.service.stop?.()
    context.cleanup()
  }
})

function startLogs(): CloudWatchLogs & {
  call(action: string, input: object): Promise<Record<string, unknown>>
} {
  const context = testContext({ clock, services: () => [logs.service] })
  const logs = createLogs(context)
  open.push({ context, logs })
  const call = async (action: string, input: object): Promise<Record<string, unknown>> =>
    (await context.call('logs', action, input, operator)) as Record<string, unknown>
  return { ...logs, call }
}

const messages = (answer: Record<string, unknown>): unknown[] =>
  records(answer.events).map(({ message }) => message)

test('what was written can be read at once, in time order across streams', async () => {
  const logs = startLogs()
  logs.write('/app', 'two', 'second', start + 2)
  logs.write('/app', 'one', 'first', start + 1)
  expect(messages(await logs.call('FilterLogEvents', { logGroupName: '/app' }))).toEqual(['first', 'second'])
})

test('GetLogEvents pages forwards and backwards and stays at the ends', async () => {
  const logs = startLogs()
  for (let n = 1; n <= 5; n++) logs.write('/app', 's', `line ${n}`, start)
  const at = { logGroupName: '/app', logStreamName: 's', limit: 2 }
  const first = await logs.call('GetLogEvents', { ...at, startFromHead: true })
  const second = await logs.call('GetLogEvents', { ...at, nextToken: first.nextForwardToken })
  const third = await logs.call('GetLogEvents', { ...at, nextToken: second.nextForwardToken })
  const end = await logs.call('GetLogEvents', { ...at, nextToken: third.nextForwardToken })
  const back = await logs.call('GetLogEvents', { ...at, nextToken: third.nextBackwardToken })
  expect([first, second, third, end, back].map(messages)).toEqual([
    ['line 1', 'line 2'],
    ['line 3', 'line 4'],
    ['line 5'],
    [],
    ['line 3', 'line 4'],
  ])
  expect(end.nextForwardToken).toBe(third.nextForwardToken)
  expect(messages(await logs.call('GetLogEvents', at))).toEqual(['line 4', 'line 5'])
})

test.each([
  ['error timeout', ['error: timeout of thing']],
  ['?timeout ?started', ['started', 'error: timeout of thing']],
  ['error -timeout', []],
  ['"timeout of"', ['error: timeout of thing']],
  ['{ $.level = "WARN" }', ['{"level":"WARN","n":3,"a":{"b":[7]}}']],
  ['{ $.level = "W*" && ($.n > 5 || $.a.b[0] = 7) }', ['{"level":"WARN","n":3,"a":{"b":[7]}}']],
  ['{ $.n >= 4 }', []],
  ['{ $.none NOT EXISTS }', ['{"level":"WARN","n":3,"a":{"b":[7]}}']],
  ['{ $.level != "WARN" }', []],
])('the filter %s finds %j', async (filterPattern, expected) => {
  const logs = startLogs()
  const lines = ['started', 'error: timeout of thing', '{"level":"WARN","n":3,"a":{"b":[7]}}']
  lines.forEach((line, index) => logs.write('/app', 's', line, start + index))
  const answer = await logs.call('FilterLogEvents', { logGroupName: '/app', filterPattern })
  expect(messages(answer)).toEqual(expected)
})

test('patterns that are not served are refused by name', async () => {
  const logs = startLogs()
  logs.write('/app', 's', 'x', start)
  const filter = (filterPattern: string): Promise<unknown> =>
    logs.call('FilterLogEvents', { logGroupName: '/app', filterPattern })
  await expect(filter('[a, b]')).rejects.toThrow(/space-delimited filter patterns are not supported/)
  await expect(filter('%x%')).rejects.toThrow(/regular expressions are not supported/)
})

test('a log group keeps events as long as it is told', async () => {
  const logs = startLogs()
  await logs.service.deploy([
    {
      stack: 'Test',
      logicalId: 'App',
      type: 'AWS::Logs::LogGroup',
      ref: '/app',
      attributes: {},
      properties: { RetentionInDays: 1 },
    },
  ])
  await logs.service.start?.()
  logs.write('/app', 's', 'old', clock.now())
  await clock.advance(20 * 3_600_000)
  logs.write('/app', 's', 'new', clock.now())
  expect(messages(await logs.call('FilterLogEvents', { logGroupName: '/app' }))).toEqual(['old', 'new'])
  await clock.advance(6 * 3_600_000)
  expect(messages(await logs.call('FilterLogEvents', { logGroupName: '/app' }))).toEqual(['new'])
})

test('listeners hear of events once they are on disk', async () => {
  const logs = startLogs()
  const heard: string[] = []
  logs.onEvents((events) => heard.push(...events.map(({ group, message }) => `${group} ${message}`)))
  logs.write('/app', 's', 'x', start)
  await logs.call('DescribeLogGroups', {})
  expect(heard).toEqual(['/app x'])
})

test('groups and streams are described and refused as on AWS', async () => {
  const logs = startLogs()
  await logs.call('CreateLogGroup', { logGroupName: '/app' })
  await expect(logs.call('CreateLogGroup', { logGroupName: '/app' })).rejects.toMatchObject({
    code: 'ResourceAlreadyExistsException',
  })
  await logs.call('CreateLogStream', { logGroupName: '/app', logStreamName: 's' })
  await logs.call('PutLogEvents', {
    logGroupName: '/app',
    logStreamName: 's',
    logEvents: [{ message: 'x', timestamp: start }],
  })
  const { logGroups } = await logs.call('DescribeLogGroups', { logGroupNamePrefix: '/a' })
  expect(logGroups).toMatchObject([
    { logGroupName: '/app', arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/app:*' },
  ])
  const { logStreams } = await logs.call('DescribeLogStreams', { logGroupName: '/app' })
  expect(logStreams).toMatchObject([{ logStreamName: 's', lastEventTimestamp: start }])
  await logs.call('DeleteLogGroup', { logGroupName: '/app' })
  await expect(logs.call('FilterLogEvents', { logGroupName: '/app' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  })
})

test('what is logged after the stop is dropped without harm', async () => {
  const context = testContext()
  const logs = createLogs(context)
  await logs.service.stop?.()
  logs.write('/app', 's', 'too late', start)
  await new Promise((resolve) => setTimeout(resolve, 50))
  context.cleanup()
})
