import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fakeClock } from '../testing/clock.ts'
import { startCloudWatch, type TestCloudWatch } from './testing/cloudwatch.ts'

const minute = 60_000

function data(cloud: TestCloudWatch, query: object, minutes = 10): Promise<Record<string, unknown>> {
  const end = cloud.clock.now() + minute
  const span = { StartTime: (end - minutes * minute) / 1000, EndTime: end / 1000 }
  return cloud.call('GetMetricData', { ...span, MetricDataQueries: [{ Id: 'q', ...query }] })
}

const stat = (Stat: string, more: object = {}): object => ({
  MetricStat: { Metric: { Namespace: 'Things', MetricName: 'size', ...more }, Period: 60, Stat },
})

test.each([
  ['SampleCount', 4],
  ['Sum', 110],
  ['Average', 27.5],
  ['Minimum', 1],
  ['Maximum', 100],
  ['p50', 4],
  ['p99', 100],
])('%s of 1, 4, 5 and 100 is %d', async (name, expected) => {
  await using cloud = await startCloudWatch()
  for (const value of [5, 1, 100, 4]) cloud.put(value)
  expect(await data(cloud, stat(name))).toMatchObject({
    MetricDataResults: [{ Id: 'q', Values: [expected] }],
  })
})

test('values lie in their minutes, newest first unless asked otherwise', async () => {
  await using cloud = await startCloudWatch()
  const start = cloud.clock.now() / 1000
  cloud.put(1)
  await cloud.clock.advance(2 * minute + 30_000)
  cloud.put(2)
  expect(await data(cloud, stat('Sum'))).toMatchObject({
    MetricDataResults: [{ Timestamps: [start + 120, start], Values: [2, 1] }],
  })
})

test('metrics differ by dimensions, in whatever order, and units come together', async () => {
  await using cloud = await startCloudWatch()
  cloud.put(1, { dimensions: { a: '1', b: '2' } })
  cloud.put(2, { dimensions: { b: '2', a: '1' }, unit: 'Bytes' })
  cloud.put(4, { dimensions: { a: '1' } })
  const Dimensions = [
    { Name: 'b', Value: '2' },
    { Name: 'a', Value: '1' },
  ]
  expect(await data(cloud, stat('Sum', { Dimensions }))).toMatchObject({
    MetricDataResults: [{ Values: [3] }],
  })
  const { Metrics } = await cloud.call('ListMetrics', { Namespace: 'Things' })
  expect(Metrics).toHaveLength(2)
})

test('PutMetricData takes values, counts and statistics', async () => {
  await using cloud = await startCloudWatch()
  await cloud.call('PutMetricData', {
    Namespace: 'Things',
    MetricData: [
      { MetricName: 'size', Value: 1 },
      { MetricName: 'size', Values: [2, 3], Counts: [10, 1] },
      { MetricName: 'size', StatisticValues: { SampleCount: 4, Sum: 40, Minimum: 4, Maximum: 20 } },
    ],
  })
  const span = { StartTime: cloud.clock.now() / 1000, EndTime: cloud.clock.now() / 1000 + 60, Period: 60 }
  const Statistics = ['Sum', 'SampleCount', 'Minimum', 'Maximum']
  expect(
    await cloud.call('GetMetricStatistics', { Namespace: 'Things', MetricName: 'size', ...span, Statistics }),
  ).toMatchObject({ Datapoints: [{ Sum: 64, SampleCount: 16, Minimum: 1, Maximum: 20 }] })
})

test.each([
  [{ Namespace: 'AWS/SQS', MetricData: [] }, 'InvalidParameterValueException'],
  [
    { Namespace: 'Things', MetricData: [{ MetricName: 'a', Value: 1, Values: [1] }] },
    'InvalidParameterCombinationException',
  ],
  [
    { Namespace: 'Things', MetricData: [{ MetricName: 'a', Values: [1], Counts: [1, 2] }] },
    'InvalidParameterValueException',
  ],
  [{ Namespace: 'Things', MetricData: [{ MetricName: 'a' }] }, 'MissingRequiredParameterException'],
])('PutMetricData refuses %j', async (input, code) => {
  await using cloud = await startCloudWatch()
  await expect(cloud.call('PutMetricData', input)).rejects.toMatchObject({ code })
})

test('a log event of the embedded metric format becomes values, one for each dimension set', async () => {
  await using cloud = await startCloudWatch()
  cloud.log(
    JSON.stringify({
      _aws: {
        Timestamp: cloud.clock.now(),
        CloudWatchMetrics: [
          {
            Namespace: 'Things',
            Dimensions: [['kind'], []],
            Metrics: [{ Name: 'size', Unit: 'Bytes' }],
          },
        ],
      },
      kind: 'x',
      size: [1, 2],
    }),
  )
  cloud.log('{"size": 100, "note": "no _aws here"}')
  cloud.log('START RequestId: "_aws"')
  const Dimensions = [{ Name: 'kind', Value: 'x' }]
  expect(await data(cloud, stat('Sum', { Dimensions }))).toMatchObject({
    MetricDataResults: [{ Values: [3] }],
  })
  expect(await data(cloud, stat('SampleCount'))).toMatchObject({ MetricDataResults: [{ Values: [2] }] })
})

test('values outlive a stop, and more of the same minute join them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudwatch-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const clock = fakeClock()
  {
    await using cloud = await startCloudWatch({ data: folder, clock })
    cloud.put(1)
  }
  await using cloud = await startCloudWatch({ data: folder, clock })
  cloud.put(2)
  expect(await data(cloud, stat('Sum'))).toMatchObject({ MetricDataResults: [{ Values: [3] }] })
})

test('values are kept for some days', async () => {
  await using cloud = await startCloudWatch()
  cloud.put(1)
  await cloud.clock.advance(4 * 24 * 60 * minute)
  expect(await data(cloud, stat('Sum'), 5 * 24 * 60)).toMatchObject({ MetricDataResults: [{ Values: [] }] })
})

test('dashboards of the template can be read', async () => {
  await using cloud = await startCloudWatch()
  const dashboard = {
    ...{ stack: 'Test', logicalId: 'D', type: 'AWS::CloudWatch::Dashboard', ref: 'overview', attributes: {} },
    properties: { DashboardBody: '{"widgets":[]}' },
  }
  await cloud.cloudwatch.service.deploy([dashboard])
  expect(await cloud.call('GetDashboard', { DashboardName: 'overview' })).toMatchObject({
    DashboardArn: 'arn:aws:cloudwatch::000000000000:dashboard/overview',
    DashboardBody: '{"widgets":[]}',
  })
})

test('what is counted after the stop is dropped without harm', async () => {
  const cloud = await startCloudWatch()
  await cloud[Symbol.asyncDispose]()
  expect(() => cloud.put(1)).not.toThrow()
})
