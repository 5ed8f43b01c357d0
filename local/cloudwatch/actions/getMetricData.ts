import { AwsError } from '../../aws/error.ts'
import { number, text, texts } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { invalidValue, requiredMoment, type CloudWatchParts } from '../cloudwatch.ts'
import { metricOf, queriesOf, run, seriesOfResult, type Query } from '../math/queries.ts'
import { metricKey, type Metric } from '../metrics/metricStore.ts'
import { statistic } from '../metrics/statistics.ts'

export function getMetricData(parts: CloudWatchParts): Action {
  return {
    permissions: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
    run(input) {
      const queries = queriesOf(input.MetricDataQueries)
      const span = spanOf(input, Math.max(60, ...queries.map(({ of }) => of.period ?? 0)))
      const results = run(queries, parts.metrics, span)
      const ascending = text(input, 'ScanBy') === 'TimestampAscending'
      return {
        Messages: [],
        MetricDataResults: queries
          .filter(({ returnData }) => returnData)
          .flatMap((query) =>
            seriesOfResult(results.get(query.id) ?? []).map((series) => {
              const points = [...series].sort(([a], [b]) => (ascending ? a - b : b - a))
              return {
                Id: query.id,
                Label: labelOf(query),
                Timestamps: points.map(([at]) => at / 1000),
                Values: points.map(([, value]) => value),
                StatusCode: 'Complete',
              }
            }),
          ),
      }
    },
  }
}

function labelOf({ id, label, of }: Query): string {
  return label ?? ('metric' in of ? of.metric.name : id)
}

/** Times are rounded down to the period, as AWS does. */
function spanOf(input: Input, period: number): { from: number; until: number; period: number } {
  const start = requiredMoment(input, 'StartTime')
  const end = requiredMoment(input, 'EndTime')
  if (start >= end) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.')
  return { from: start - (start % (period * 1000)), until: end, period }
}

export function getMetricStatistics(parts: CloudWatchParts): Action {
  return {
    permissions: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
    run(input) {
      const period = number(input, 'Period') ?? 60
      const span = spanOf(input, period)
      const asked = (span.until - span.from) / (period * 1000)
      if (asked > 1_440)
        throw new AwsError(
          'InvalidParameterCombinationException',
          `You have requested up to ${Math.ceil(asked)} datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        )
      const unit = text(input, 'Unit')
      const names = texts(input.Statistics)
      const extended = texts(input.ExtendedStatistics)
      const found = parts.metrics.aggregates(metricOf(input), { ...span, period: period * 1000 }, unit)
      const datapoints = [...found]
        .sort(([a], [b]) => a - b)
        .map(([at, aggregate]) => {
          const values = (of: string[]): object =>
            Object.fromEntries(of.map((name) => [name, statistic(name)(aggregate)]))
          const percentiles = extended.length > 0 && { ExtendedStatistics: values(extended) }
          return { Timestamp: at / 1000, Unit: unit ?? 'None', ...values(names), ...percentiles }
        })
      return { Label: text(input, 'MetricName'), Datapoints: datapoints }
    },
  }
}

/** All metrics that ever had a value, in one order. */
export function listMetrics(parts: CloudWatchParts): Action {
  const pageSize = 500
  return {
    permissions: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
    run(input) {
      const wanted = Array.isArray(input.Dimensions) ? metricFilters(input.Dimensions) : []
      const matches = ({ namespace, name, dimensions }: Metric): boolean =>
        namespace === (text(input, 'Namespace') ?? namespace) &&
        name === (text(input, 'MetricName') ?? name) &&
        wanted.every(([key, value]) => key in dimensions && dimensions[key] === (value ?? dimensions[key]))
      const after = Buffer.from(text(input, 'NextToken') ?? '', 'base64url').toString()
      const found = parts.metrics
        .metrics()
        .filter((metric) => matches(metric) && metricKey(metric) > after)
        .sort((a, b) => (metricKey(a) < metricKey(b) ? -1 : 1))
      const shown = found.slice(0, pageSize)
      const last = shown.at(-1)
      return {
        Metrics: shown.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        ...(last &&
          found.length > pageSize && { NextToken: Buffer.from(metricKey(last)).toString('base64url') }),
      }
    },
  }
}

function metricFilters(dimensions: unknown[]): [string, string | undefined][] {
  return dimensions.map((each) => {
    const filter = each as Input
    return [text(filter, 'Name') ?? '', text(filter, 'Value')]
  })
}
