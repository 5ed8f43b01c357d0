import { AwsError } from '../../aws/error.ts'
import { flag, number, text, texts } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { metricOf, queriesOf, type Query } from '../math/queries.ts'
import { statistic } from '../metrics/statistics.ts'

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching'

/** How a metric alarm judges. */
export interface Rule {
  readonly queries: readonly Query[]
  /** Id of the query that is compared with the threshold. */
  readonly watched: string
  /** Seconds. */
  readonly period: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  readonly threshold: number
  readonly comparison: Comparison
  readonly missing: MissingData
}

export type Comparison = keyof typeof comparisons
export const comparisons = {
  GreaterThanThreshold: { holds: (value: number, bound: number) => value > bound, words: 'greater than' },
  GreaterThanOrEqualToThreshold: {
    holds: (value: number, bound: number) => value >= bound,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { holds: (value: number, bound: number) => value < bound, words: 'less than' },
  LessThanOrEqualToThreshold: {
    holds: (value: number, bound: number) => value <= bound,
    words: 'less than or equal to',
  },
}

export interface AlarmStatus {
  readonly value: AlarmState
  readonly reason: string
  /** JSON; empty when there is none. */
  readonly reasonData: string
  /** Milliseconds since the epoch. */
  readonly updated: number
  readonly transitioned: number
}

/** An alarm as it was put, by template or API: `config` has the members of PutMetricAlarm or PutCompositeAlarm. */
export interface Alarm {
  readonly name: string
  readonly arn: string
  readonly kind: 'metric' | 'composite'
  readonly config: Input
  readonly configured: number
  /** The template's properties as JSON; empty for one made by the API. */
  readonly template: string
  readonly status: AlarmStatus
}

const members = [
  ...[
    'ActionsEnabled',
    'AlarmActions',
    'AlarmDescription',
    'AlarmName',
    'ComparisonOperator',
    'DatapointsToAlarm',
  ],
  ...['Dimensions', 'EvaluateLowSampleCountPercentile', 'EvaluationPeriods', 'ExtendedStatistic'],
  ...[
    'InsufficientDataActions',
    'MetricName',
    'Metrics',
    'Namespace',
    'OKActions',
    'Period',
    'Statistic',
    'Tags',
  ],
  ...['Threshold', 'TreatMissingData', 'Unit'],
]

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}

/** Reads a metric alarm's configuration; throws ValidationException for what is wrong or not served. */
export function ruleOf(config: Input): Rule {
  for (const name of Object.keys(config))
    if (!members.includes(name)) throw invalid(`${name} is not supported by the local CloudWatch`)
  checkActions(config)
  const comparison = text(config, 'ComparisonOperator') ?? ''
  if (!Object.hasOwn(comparisons, comparison))
    throw invalid(`The ComparisonOperator ${comparison} is not supported by the local CloudWatch`)
  const evaluationPeriods = number(config, 'EvaluationPeriods') ?? 0
  if (!(Number.isInteger(evaluationPeriods) && evaluationPeriods >= 1))
    throw invalid(
      `1 validation error detected: Value '${evaluationPeriods}' at 'evaluationPeriods' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    )
  const datapointsToAlarm = number(config, 'DatapointsToAlarm') ?? evaluationPeriods
  if (!(datapointsToAlarm >= 1 && datapointsToAlarm <= evaluationPeriods))
    throw invalid('DatapointsToAlarm must be between 1 and EvaluationPeriods.')
  const threshold = number(config, 'Threshold')
  if (threshold === undefined) throw invalid('The parameter Threshold is required.')
  const missing = text(config, 'TreatMissingData') ?? 'missing'
  if (!isMissingData(missing))
    throw invalid(`The value ${missing} for parameter TreatMissingData is not supported.`)
  const watched = watchedOf(config)
  const rest = { evaluationPeriods, datapointsToAlarm, threshold, missing }
  return { ...watched, ...rest, comparison: comparison as Comparison }
}

function isMissingData(word: string): word is MissingData {
  return ['missing', 'ignore', 'breaching', 'notBreaching'].includes(word)
}

function watchedOf(config: Input): Pick<Rule, 'queries' | 'watched' | 'period'> {
  if (config.Metrics !== undefined) {
    const queries = queriesOf(config.Metrics)
    const returned = queries.filter(({ returnData }) => returnData)
    const [watched] = returned
    if (!watched || returned.length > 1)
      throw invalid('Exactly one element of the metrics list should return data.')
    const periods = queries.map(({ of }) => of.period).filter((each) => each !== undefined)
    return { queries, watched: watched.id, period: Math.max(...periods, 1) }
  }
  const stat = text(config, 'Statistic') ?? text(config, 'ExtendedStatistic') ?? ''
  statistic(stat)
  const period = number(config, 'Period') ?? 0
  if (!([10, 20, 30].includes(period) || (period >= 60 && period % 60 === 0)))
    throw invalid(`Period must be 10, 20, 30 or a multiple of 60`)
  const of = { metric: metricOf(config), period, stat, unit: text(config, 'Unit') }
  return { queries: [{ id: 'm1', label: undefined, returnData: true, of }], watched: 'm1', period }
}

/** The actions of a state; refuses targets that nothing here serves. */
export function actionsOf(config: Input, state: AlarmState): string[] {
  return texts(
    config[state === 'ALARM' ? 'AlarmActions' : state === 'OK' ? 'OKActions' : 'InsufficientDataActions'],
  )
}

export function checkActions(config: Input): void {
  for (const state of ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const)
    for (const action of actionsOf(config, state))
      if (!/^arn:[^:]+:(sns|lambda):/.test(action))
        throw invalid(`The alarm action ${action} is not supported by the local CloudWatch`)
}

export function actionsEnabled(config: Input): boolean {
  return flag(config, 'ActionsEnabled') ?? true
}
