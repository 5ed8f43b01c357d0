import { afterEach, expect, test } from 'vitest'
import { fakeClock } from '../testing/clock.ts'
import { arns, eventsCloud, rule, schedule, to, type EventsCloud } from './testing/cloud.ts'

let cloud: EventsCloud | undefined
afterEach(async () => {
  await cloud?.stop()
  cloud?.context.cleanup()
  cloud = undefined
})

const minute = 60_000
const everyMinute = rule('tick', { ScheduleExpression: 'rate(1 minute)', Targets: [to(arns.fn)] })

test('a scheduled rule fires each period with a scheduled event', async () => {
  cloud = await eventsCloud([everyMinute])
  await cloud.clock.advance(3 * minute)
  expect(cloud.reached).toHaveLength(3)
  expect(JSON.parse(String(cloud.reached[0]?.input.Payload))).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    time: '2026-01-01T00:01:00Z',
    resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
    detail: {},
  })
})

test('after a pause what was missed fires once, and the schedule goes on', async () => {
  const first = await eventsCloud([everyMinute])
  await first.clock.advance(minute)
  await first.stop()
  await first.clock.advance(5.5 * minute)
  cloud = await eventsCloud([everyMinute], { data: first.context.data, clock: first.clock })
  await cloud.clock.advance(0)
  expect(cloud.reached).toHaveLength(1)
  await cloud.clock.advance(minute)
  expect(cloud.reached).toHaveLength(2)
  first.context.cleanup()
})

test('a schedule calls its target by its role, with its input', async () => {
  const Target = { Arn: arns.fn, RoleArn: arns.role, Input: '{"at":"<aws.scheduler.scheduled-time>"}' }
  cloud = await eventsCloud([schedule('nightly', { ScheduleExpression: 'cron(0 2 * * ? *)', Target })])
  await cloud.clock.advance(24 * 60 * minute)
  expect(cloud.reached).toMatchObject([
    {
      call: 'lambda:Invoke',
      principal: { kind: 'role', roleArn: arns.role },
      input: { Payload: '{"at":"2026-01-01T02:00:00Z"}' },
    },
  ])
})

test('a rate of the Scheduler fires at once, a start date holds it back, an end date ends it', async () => {
  cloud = await eventsCloud([
    schedule('now', { ScheduleExpression: 'rate(10 minutes)' }),
    schedule('later', {
      ScheduleExpression: 'rate(1 minute)',
      StartDate: '2026-01-01T00:05:00Z',
      EndDate: '2026-01-01T00:06:30Z',
      Target: { Arn: arns.queue, RoleArn: arns.role },
    }),
  ])
  await cloud.clock.advance(9 * minute)
  expect(cloud.reached.map(({ call }) => call)).toEqual([
    'lambda:Invoke',
    'sqs:SendMessage',
    'sqs:SendMessage',
  ])
})

test('a one-time schedule fires once, also over a restart', async () => {
  const once = schedule('once', { ScheduleExpression: 'at(2026-01-01T00:10:00)' })
  const first = await eventsCloud([once])
  await first.clock.advance(15 * minute)
  expect(first.reached).toHaveLength(1)
  await first.stop()
  cloud = await eventsCloud([once], { data: first.context.data, clock: first.clock })
  await cloud.clock.advance(60 * minute)
  expect(cloud.reached).toEqual([])
  first.context.cleanup()
})

test('any API call can be a target', async () => {
  const Target = {
    Arn: 'arn:aws:scheduler:::aws-sdk:dynamodb:deleteItem',
    RoleArn: arns.role,
    Input: '{"TableName":"things"}',
  }
  cloud = await eventsCloud([schedule('clean', { ScheduleExpression: 'rate(1 hour)', Target })])
  await cloud.clock.advance(1)
  expect(cloud.reached).toMatchObject([{ call: 'dynamodb:DeleteItem', input: { TableName: 'things' } }])
})

test('a schedule that is disabled does not fire, and none of it is made up for later', async () => {
  const settings = { ScheduleExpression: 'cron(* * * * ? *)' }
  cloud = await eventsCloud([schedule('s', settings)])
  await cloud.clock.advance(minute)
  await cloud.events.scheduler.deploy([schedule('s', { ...settings, State: 'DISABLED' })])
  await cloud.clock.advance(5 * minute)
  await cloud.events.scheduler.deploy([schedule('s', settings)])
  await cloud.clock.advance(minute / 2)
  expect(cloud.reached).toHaveLength(1)
})

test('an unknown property of a schedule is refused by name', async () => {
  const odd = schedule('s', { ScheduleExpression: 'rate(1 minute)', Wobble: true })
  await expect(eventsCloud([odd], { clock: fakeClock() })).rejects.toThrow('Wobble is not supported here')
})
