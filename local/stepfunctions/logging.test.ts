import { afterEach, expect, test } from 'vitest'
import { machineArn, world, type World } from './testing/world.ts'

let open: World | undefined
afterEach(() => open?.close())

const machine = {
  StartAt: 'P',
  States: { P: { Type: 'Pass', Next: 'F' }, F: { Type: 'Fail', Error: 'E', Cause: 'c' } },
}

async function logged(level: string, IncludeExecutionData: boolean): Promise<World['context']['logs']> {
  open = await world()
  const group = {
    CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/m/log:*' },
  }
  await open.deploy(
    { machine },
    { LoggingConfiguration: { Level: level, IncludeExecutionData, Destinations: [group] } },
  )
  await open.settled(await open.start('machine', { secret: 1 }, 'one'))
  return open.context.logs
}

test('with level ALL every event is logged in the shape AWS gives it', async () => {
  const logs = await logged('ALL', true)
  expect(logs.map((each) => each.group)).toEqual(Array(5).fill('/m/log'))
  expect(JSON.parse(logs[1]?.message ?? '')).toEqual({
    id: '2',
    type: 'PassStateEntered',
    details: { name: 'P', input: '{"secret":1}', inputDetails: { truncated: false } },
    previous_event_id: '0',
    event_timestamp: String(open?.clock.now()),
    execution_arn: 'arn:aws:states:us-east-1:000000000000:execution:machine:one',
    redrive_count: '0',
  })
})

test('without execution data no payload is logged', async () => {
  const logs = await logged('ALL', false)
  expect(logs).toHaveLength(5)
  expect(JSON.stringify(logs)).not.toContain('secret')
  expect(JSON.parse(logs[4]?.message ?? '')).toMatchObject({ details: { error: 'E', cause: 'c' } })
})

test.each(['ERROR', 'FATAL'])('with level %s only the failure is logged', async (level) => {
  expect(
    (await logged(level, true)).map((each) => (JSON.parse(each.message) as { type: string }).type),
  ).toEqual(['ExecutionFailed'])
})

test('executions are counted as AWS/States counts them', async () => {
  await logged('ALL', false)
  const dimensions = { StateMachineArn: machineArn('machine') }
  expect(open?.context.metrics).toMatchObject([
    { namespace: 'AWS/States', name: 'ExecutionsStarted', dimensions, value: 1, unit: 'Count' },
    { namespace: 'AWS/States', name: 'ExecutionsFailed', dimensions, value: 1, unit: 'Count' },
    { namespace: 'AWS/States', name: 'ExecutionTime', dimensions, value: 0, unit: 'Milliseconds' },
  ])
})

test('one execution can be followed by its name', async () => {
  await logged('ALL', false)
  const own = open?.context.activities.filter((each) => each.service === 'states' && each.subject === 'one')
  expect(own?.map((each) => each.what)).toEqual([
    'StateEntered',
    'StateExited',
    'StateEntered',
    'ExecutionFailed',
  ])
})
