import { AwsError } from '../../aws/error.ts'

/** What is kept of the values of one metric in one bucket of time. */
export interface Aggregate {
  count: number
  sum: number
  min: number
  max: number
  /** How often each value occurred, rounded to three digits: enough for percentiles. */
  readonly values: Map<number, number>
}

export function emptyAggregate(): Aggregate {
  return { count: 0, sum: 0, min: Infinity, max: -Infinity, values: new Map() }
}

/** Adds `times` occurrences of a value. */
export function addValue(aggregate: Aggregate, value: number, times = 1): void {
  aggregate.count += times
  aggregate.sum += value * times
  aggregate.min = Math.min(aggregate.min, value)
  aggregate.max = Math.max(aggregate.max, value)
  const rounded = Number(value.toPrecision(3))
  aggregate.values.set(rounded, (aggregate.values.get(rounded) ?? 0) + times)
}

export function merge(into: Aggregate, other: Aggregate): void {
  into.count += other.count
  into.sum += other.sum
  into.min = Math.min(into.min, other.min)
  into.max = Math.max(into.max, other.max)
  for (const [value, times] of other.values) into.values.set(value, (into.values.get(value) ?? 0) + times)
}

const simple = {
  SampleCount: (aggregate: Aggregate) => aggregate.count,
  Sum: (aggregate: Aggregate) => aggregate.sum,
  Average: (aggregate: Aggregate) => aggregate.sum / aggregate.count,
  Minimum: (aggregate: Aggregate) => aggregate.min,
  Maximum: (aggregate: Aggregate) => aggregate.max,
}

/** Statistics that can only grow while values come in, and so may be judged before their period is over. */
export const growing: readonly string[] = ['SampleCount', 'Sum', 'Maximum']

/** The statistic by name: the five simple ones and percentiles (`p99`, `p99.9`). */
export function statistic(name: string): (aggregate: Aggregate) => number {
  if (Object.hasOwn(simple, name)) return simple[name as keyof typeof simple]
  const percent = Number(/^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1] ?? NaN)
  if (Number.isNaN(percent))
    throw new AwsError(
      'InvalidParameterValueException',
      `The statistic ${name} is not supported by the local CloudWatch.`,
    )
  return (aggregate) => percentile(aggregate, percent)
}

function percentile(aggregate: Aggregate, percent: number): number {
  const sorted = [...aggregate.values].sort(([a], [b]) => a - b)
  let left = Math.max(1, Math.ceil((aggregate.count * percent) / 100))
  for (const [value, times] of sorted) {
    left -= times
    if (left <= 0) return value
  }
  return aggregate.max
}
