import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { AwsError } from '../aws/error.ts'
import { records } from '../aws/input.ts'
import { fakeClock } from '../testing/clock.ts'
import { startCloudWatch, topic } from './testing/cloudwatch.ts'

const minute = 60_000

test('a sum over the threshold is an alarm at once, and is OK again once the window has passed', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('big', { TreatMissingData: 'notBreaching' })
  cloud.put(3)
  cloud.put(4)
  await cloud.clock.advance(1_000)
  expect(await cloud.state('big')).toEqual({
    value: 'ALARM',
    reason: 'Threshold Crossed: 1 datapoint [7.0 (01/01/26 00:00:00)] was greater than the threshold (5.0).',
  })
  await cloud.clock.advance(5 * minute)
  expect(await cloud.state('big')).toMatchObject({ value: 'OK' })
})

test('an average is judged when its minute is over', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('average', { Statistic: 'Average' })
  cloud.put(9)
  await cloud.clock.advance(10_000)
  expect(await cloud.state('average')).toMatchObject({ value: 'INSUFFICIENT_DATA' })
  cloud.put(0)
  await cloud.clock.advance(minute)
  expect(await cloud.state('average')).toMatchObject({
    value: 'OK',
    reason:
      'Threshold Crossed: 1 datapoint [4.5 (01/01/26 00:00:00)] was not greater than the threshold (5.0).',
  })
})

test('a change of state publishes the message that AWS writes, as CloudWatch itself', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('big', { AlarmDescription: 'too big', Dimensions: [{ Name: 'kind', Value: 'x' }] })
  cloud.put(7, { dimensions: { kind: 'x' } })
  await cloud.clock.advance(1_000)
  const [{ Subject, Message } = {}] = cloud.published
  expect(Subject).toBe('ALARM: "big" in US East (N. Virginia)')
  expect(JSON.parse(String(Message))).toMatchObject({
    AlarmName: 'big',
    AlarmDescription: 'too big',
    AWSAccountId: '000000000000',
    NewStateValue: 'ALARM',
    OldStateValue: 'INSUFFICIENT_DATA',
    StateChangeTime: '2026-01-01T00:00:00.100+0000',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:big',
    AlarmActions: [topic],
    Trigger: {
      MetricName: 'size',
      Namespace: 'Things',
      Statistic: 'SUM',
      Dimensions: [{ name: 'kind', value: 'x' }],
      Period: 60,
      Threshold: 5,
    },
  })
  const publish = cloud.context.activities.find(({ what }) => what === 'Publish')
  expect(publish?.principal).toEqual({
    kind: 'service',
    service: 'cloudwatch.amazonaws.com',
    sourceArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:big',
  })
  expect(cloud.changes).toMatchObject([
    {
      alarmName: 'big',
      detail: { state: { value: 'ALARM' }, previousState: { value: 'INSUFFICIENT_DATA' } },
    },
  ])
})

test('two of three datapoints make an alarm when that is asked for', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('often', { EvaluationPeriods: 3, DatapointsToAlarm: 2 })
  for (const value of [9, 1]) {
    cloud.put(value)
    await cloud.clock.advance(minute)
  }
  await cloud.clock.advance(1_000)
  expect(await cloud.state('often')).toMatchObject({ value: 'OK' })
  cloud.put(8)
  await cloud.clock.advance(1_000)
  expect(await cloud.state('often')).toEqual({
    value: 'ALARM',
    reason:
      'Threshold Crossed: 2 out of the last 3 datapoints [8.0 (01/01/26 00:02:00), 9.0 (01/01/26 00:00:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
  })
})

// "How alarm state is evaluated when data is missing" in the CloudWatch guide; oldest first, X breaching, 0 not, - missing.
test.each([
  ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', 3, ['INSUFFICIENT_DATA', 'kept', 'ALARM', 'OK']],
  ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - X - -', 3, ['ALARM', 'kept', 'ALARM', 'OK']],
  ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', 2, ['ALARM', 'kept', 'ALARM', 'OK']],
])('%s with %i of 3 is judged as the guide says', async (points, datapoints, expected) => {
  const treatments = ['missing', 'ignore', 'breaching', 'notBreaching']
  await using cloud = await startCloudWatch()
  for (const point of points.split(' ')) {
    // A minimum is told at the end of each minute only, so no alarm shows before the last.
    if (point !== '-') cloud.put(point === 'X' ? 9 : 0)
    await cloud.clock.advance(minute)
  }
  const more = { EvaluationPeriods: 3, DatapointsToAlarm: datapoints, Statistic: 'Minimum' }
  for (const treatment of treatments) {
    await cloud.putAlarm(treatment, { ...more, TreatMissingData: treatment })
    if (expected[treatments.indexOf(treatment)] === 'kept') await mark(cloud, treatment)
  }
  await cloud.clock.advance(1_000)
  const found = await Promise.all(treatments.map((each) => cloud.state(each)))
  expect(found.map(({ value, reason }) => (reason === 'kept' ? 'kept' : value))).toEqual(expected)
})

async function mark(
  cloud: { call(action: string, input: object): Promise<unknown> },
  AlarmName: string,
): Promise<void> {
  await cloud.call('SetAlarmState', { AlarmName, StateValue: 'OK', StateReason: 'kept' })
}

test('without data nothing is judged and no time is spent', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('quiet')
  await cloud.clock.advance(minute)
  let asked = 0
  const at = cloud.clock.at.bind(cloud.clock)
  Object.assign(cloud.clock, {
    at(...args: Parameters<typeof at>) {
      asked += 1
      return at(...args)
    },
  })
  await cloud.clock.advance(30 * minute)
  expect(asked).toBe(0)
  cloud.put(9)
  await cloud.clock.advance(1_000)
  expect(await cloud.state('quiet')).toMatchObject({ value: 'ALARM' })
})

test('a period of five minutes is a window that moves by the minute', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('slow', { Period: 300, Statistic: 'Average', TreatMissingData: 'notBreaching' })
  cloud.put(9)
  await cloud.clock.advance(minute + 1_000)
  expect(await cloud.state('slow')).toMatchObject({ value: 'ALARM' })
})

const stat = (name: string): object => ({
  Metric: { Namespace: 'Things', MetricName: name },
  Period: 60,
  Stat: 'Sum',
})

test.each([
  ['m1 + m2', 'ALARM'],
  ['SUM(METRICS())', 'ALARM'],
  ['FILL(m1, 0) + FILL(m3, 0)', 'OK'],
  ['FILL(m1, 0) + FILL(m3, 5)', 'ALARM'],
  ['m1 + m3', 'INSUFFICIENT_DATA'],
  ['IF(m1 > 2, 9, 0)', 'ALARM'],
  ['100 * m2 / m1', 'ALARM'],
  ['-m1 + MAX([m1, m2])', 'OK'],
])('an alarm can watch %s', async (Expression, expected) => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('math', {
    Metrics: [
      ...['one', 'two', 'three'].map((name, index) => ({
        Id: `m${index + 1}`,
        MetricStat: stat(name),
        ReturnData: false,
      })),
      { Id: 'e1', Expression },
    ],
  })
  cloud.put(3, { name: 'one' })
  cloud.put(4, { name: 'two' })
  await cloud.clock.advance(minute + 1_000)
  expect(await cloud.state('math')).toMatchObject({ value: expected })
})

test.each([
  [{ Metrics: [{ Id: 'e1', Expression: "SEARCH('x')" }] }, /SEARCH is not supported/],
  [{ Metrics: [{ Id: 'e1', Expression: 'm9 + 1' }] }, /m9 is not defined/],
  [{ Metrics: [{ Id: 'e1', Expression: '1 +' }] }, /Unexpected end of expression/],
  [{ Statistic: 'IQM' }, /IQM is not supported/],
  [{ ComparisonOperator: 'GreaterThanUpperThreshold' }, /GreaterThanUpperThreshold is not supported/],
  [{ AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }, /automate:us-east-1:ec2:stop is not supported/],
  [{ ThresholdMetricId: 'e1' }, /ThresholdMetricId is not supported/],
])('%o is refused by name', async (more, message) => {
  await using cloud = await startCloudWatch()
  await expect(cloud.putAlarm('bad', more)).rejects.toThrow(message)
})

test('a composite alarm follows the alarms it is made of', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('a')
  await cloud.putAlarm('b')
  const AlarmRule = 'ALARM(a) AND NOT ALARM("arn:aws:cloudwatch:us-east-1:000000000000:alarm:b")'
  await cloud.call('PutCompositeAlarm', { AlarmName: 'both', AlarmRule })
  expect(await cloud.state('both')).toMatchObject({ value: 'OK' })
  const set = (AlarmName: string, StateValue: string): Promise<unknown> =>
    cloud.call('SetAlarmState', { AlarmName, StateValue, StateReason: 'test' })
  await set('a', 'ALARM')
  expect(await cloud.state('both')).toMatchObject({ value: 'ALARM' })
  await set('b', 'ALARM')
  expect(await cloud.state('both')).toMatchObject({ value: 'OK' })
})

test('a state that was set by hand publishes, is history, and lasts until the next evaluation', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('big')
  await cloud.clock.advance(1_000)
  await cloud.call('SetAlarmState', { AlarmName: 'big', StateValue: 'ALARM', StateReason: 'a drill' })
  await cloud.clock.advance(0)
  expect(cloud.published).toMatchObject([{ Subject: 'ALARM: "big" in US East (N. Virginia)' }])
  const { AlarmHistoryItems } = await cloud.call('DescribeAlarmHistory', { AlarmName: 'big' })
  expect(records(AlarmHistoryItems).map(({ HistorySummary }) => HistorySummary)).toEqual([
    `Successfully executed action ${topic}`,
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    'Alarm "big" created',
  ])
  cloud.put(1)
  await cloud.clock.advance(minute)
  expect(await cloud.state('big')).toMatchObject({ value: 'OK' })
})

test('alarms whose actions are switched off change their state in silence', async () => {
  await using cloud = await startCloudWatch()
  await cloud.putAlarm('big')
  await cloud.call('DisableAlarmActions', { AlarmNames: ['big'] })
  cloud.put(9)
  await cloud.clock.advance(1_000)
  expect(await cloud.state('big')).toMatchObject({ value: 'ALARM' })
  expect(cloud.published).toEqual([])
})

test('a state and what it owes outlive a stop', async () => {
  const data = mkdtempSync(join(tmpdir(), 'cloudwatch-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const clock = fakeClock()
  {
    const down = new AwsError('InternalError', 'down', { status: 500 })
    await using cloud = await startCloudWatch({ data, clock, publishFailure: () => down })
    await cloud.putAlarm('big')
    cloud.put(9)
    await cloud.clock.advance(200)
    expect(cloud.published).toEqual([])
  }
  await using cloud = await startCloudWatch({ data, clock })
  expect(await cloud.state('big')).toMatchObject({ value: 'ALARM' })
  await cloud.clock.advance(0)
  expect(cloud.published).toHaveLength(1)
  await cloud.clock.advance(10 * minute)
  expect(await cloud.state('big')).toMatchObject({ value: 'INSUFFICIENT_DATA' })
})

test('alarms follow the template and keep their states', async () => {
  await using cloud = await startCloudWatch()
  const alarm = {
    stack: 'Test',
    logicalId: 'Big',
    type: 'AWS::CloudWatch::Alarm',
    ref: 'big',
    attributes: {},
    properties: {
      ...{
        Namespace: 'Things',
        MetricName: 'size',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: '1',
      },
      ...{ Threshold: '5', ComparisonOperator: 'GreaterThanOrEqualToThreshold' },
    },
  }
  await cloud.cloudwatch.service.deploy([alarm])
  cloud.put(5)
  await cloud.clock.advance(1_000)
  await cloud.cloudwatch.service.deploy([{ ...alarm, properties: { ...alarm.properties, Threshold: 4 } }])
  expect(await cloud.state('big')).toMatchObject({ value: 'ALARM' })
  await cloud.cloudwatch.service.deploy([])
  expect(await cloud.state('big')).toEqual({ value: undefined, reason: undefined })
  const bad = { ...alarm, properties: { ...alarm.properties, ComparisonOperator: 'LessThanLowerThreshold' } }
  await expect(cloud.cloudwatch.service.deploy([bad])).rejects.toThrow(
    'Test/Big (AWS::CloudWatch::Alarm): The ComparisonOperator LessThanLowerThreshold is not supported by the local CloudWatch',
  )
})
