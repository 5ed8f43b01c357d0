import { AwsError } from '../../aws/error.ts'
import { number, record, records, text } from '../../aws/input.ts'
import type { Action, Input } from '../../aws/service.ts'
import { invalidValue, moment, type CloudWatchParts } from '../cloudwatch.ts'
import { dimensionsOf } from '../math/queries.ts'
import type { Datum } from '../metrics/metricStore.ts'

const mostMetrics = 1_000

export function putMetricData(parts: CloudWatchParts): Action {
  return {
    permissions(input) {
      const context = { 'cloudwatch:namespace': text(input, 'Namespace') ?? '' }
      return [{ action: 'cloudwatch:PutMetricData', resource: '*', context }]
    },
    run(input) {
      const namespace = text(input, 'Namespace')
      if (!namespace)
        throw new AwsError('MissingRequiredParameterException', 'The parameter Namespace is required.')
      if (namespace.startsWith('AWS/'))
        throw invalidValue(`The value AWS/ for parameter Namespace is invalid.`)
      const data = records(input.MetricData)
      if (data.length > mostMetrics)
        throw invalidValue(`The collection MetricData must not have a size greater than ${mostMetrics}.`)
      const now = parts.context.clock.now()
      const read = data.flatMap((each, index) =>
        datumsOf(namespace, each, `MetricData.member.${index + 1}`, now),
      )
      for (const datum of read) parts.put(datum)
      return {}
    },
  }
}

function datumsOf(namespace: string, input: Input, member: string, now: number): Datum[] {
  const name = text(input, 'MetricName')
  if (!name)
    throw new AwsError('MissingRequiredParameterException', `The parameter ${member}.MetricName is required.`)
  const common = {
    namespace,
    name,
    dimensions: dimensionsOf(input.Dimensions),
    unit: text(input, 'Unit') ?? 'None',
    at: moment(input, 'Timestamp') ?? now,
    highResolution: number(input, 'StorageResolution') === 1,
  }
  return occurrences(input, member).map(({ value, times }) => ({ ...common, value, times }))
}

function occurrences(input: Input, member: string): { value: number; times: number }[] {
  const value = number(input, 'Value')
  const values = Array.isArray(input.Values) ? input.Values.map(Number) : undefined
  const statistics = record(input.StatisticValues)
  const both = (one: string, other: string): AwsError =>
    new AwsError(
      'InvalidParameterCombinationException',
      `The parameters ${member}.${one} and ${member}.${other} are mutually exclusive and you have specified both.`,
    )
  if (value !== undefined && values) throw both('Value', 'Values')
  if (value !== undefined && statistics) throw both('Value', 'StatisticValues')
  if (values) {
    const counts = Array.isArray(input.Counts) ? input.Counts.map(Number) : values.map(() => 1)
    if (counts.length !== values.length)
      throw invalidValue(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`)
    return values.map((each, index) => ({ value: each, times: counts[index] ?? 1 }))
  }
  if (statistics) return spread(statistics)
  if (value === undefined)
    throw new AwsError('MissingRequiredParameterException', `The parameter ${member}.Value is required.`)
  if (!Number.isFinite(value))
    throw invalidValue(`The value ${value} for parameter ${member}.Value is invalid.`)
  return [{ value, times: 1 }]
}

/** Values that give the same count, sum, minimum and maximum. */
function spread(statistics: Input): { value: number; times: number }[] {
  const count = number(statistics, 'SampleCount') ?? 0
  const sum = number(statistics, 'Sum') ?? 0
  const min = number(statistics, 'Minimum') ?? 0
  const max = number(statistics, 'Maximum') ?? 0
  if (count <= 1) return [{ value: sum, times: count }]
  if (count === 2) return [min, max].map((value) => ({ value, times: 1 }))
  const rest = { value: (sum - min - max) / (count - 2), times: count - 2 }
  return [{ value: min, times: 1 }, { value: max, times: 1 }, rest]
}
