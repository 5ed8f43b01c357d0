import { number, record, records, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { Metric, MetricStore } from '../metrics/metricStore.ts'
import { growing, statistic } from '../metrics/statistics.ts'
import { evaluate } from './evaluate.ts'
import { mathError, parseExpression, type Expression } from './parse.ts'
import { isList, type Series, type Value } from './values.ts'

export interface MetricStat {
  readonly metric: Metric
  /** Seconds. */
  readonly period: number
  readonly stat: string
  readonly unit: string | undefined
}

/** A MetricDataQuery: a metric's statistic, or an expression over others. */
export interface Query {
  readonly id: string
  readonly label: string | undefined
  readonly returnData: boolean
  readonly of:
    | MetricStat
    | { readonly expression: Expression; readonly source: string; readonly period: number | undefined }
}

export function dimensionsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    records(value).map((each) => [text(each, 'Name') ?? '', text(each, 'Value') ?? '']),
  )
}

export function metricOf(input: Input): Metric {
  const name = text(input, 'MetricName') ?? ''
  return { namespace: text(input, 'Namespace') ?? '', name, dimensions: dimensionsOf(input.Dimensions) }
}

/** Reads MetricDataQueries; throws ValidationException for what CloudWatch or the one here refuses. */
export function queriesOf(value: unknown): Query[] {
  const queries = records(value).map(queryOf)
  const ids = new Set(queries.map(({ id }) => id))
  if (ids.size < queries.length)
    throw mathError('The values for parameter id in MetricDataQueries are not unique.')
  return queries
}

function queryOf(input: Input): Query {
  const id = text(input, 'Id') ?? ''
  if (!/^[a-z]\w*$/.test(id))
    throw mathError(
      `The value ${id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    )
  if (input.AccountId !== undefined) throw mathError(`AccountId is not supported by the local CloudWatch`)
  const common = {
    id,
    label: text(input, 'Label'),
    returnData: input.ReturnData !== false && input.ReturnData !== 'false',
  }
  const source = text(input, 'Expression')
  if (source !== undefined)
    return { ...common, of: { expression: parseExpression(source), source, period: number(input, 'Period') } }
  const stat = record(input.MetricStat)
  if (!stat) throw mathError(`The query ${id} must have either a MetricStat or an Expression.`)
  const name = text(stat, 'Stat') ?? ''
  statistic(name)
  const metric = metricOf(record(stat.Metric) ?? {})
  return {
    ...common,
    of: { metric, period: number(stat, 'Period') ?? 60, stat: name, unit: text(stat, 'Unit') },
  }
}

/** Milliseconds since the epoch, `until` exclusive; seconds for the period of expressions over no metric. */
export interface Span {
  readonly from: number
  readonly until: number
  readonly period: number
}

/** Evaluates every query over the span; a number stands for a series that has it at each period. */
export function run(
  queries: readonly Query[],
  store: MetricStore,
  span: Span,
): Map<string, Series | readonly Series[]> {
  const values = new Map<string, Value>()
  const metrics = new Map<string, Series>()
  for (const { id, of } of queries) if ('metric' in of) metrics.set(id, statisticSeries(of, store, span))
  const period = span.period
  const periods: number[] = []
  for (let at = span.from; at < span.until; at += period * 1000) periods.push(at)
  const under = new Set<string>()

  function find(id: string): Value {
    const done = values.get(id) ?? metrics.get(id)
    if (done !== undefined) return done
    const query = queries.find((each) => each.id === id)
    if (!query || 'metric' in query.of) throw mathError(`The id ${id} is not defined.`)
    if (under.has(id)) throw mathError(`The expression ${id} depends on itself.`)
    under.add(id)
    const value = evaluate(query.of.expression, { find, metrics, periods, period })
    values.set(id, value)
    return value
  }

  return new Map(
    queries.map(({ id }) => {
      const value = find(id)
      return [id, typeof value === 'number' ? new Map(periods.map((at) => [at, value])) : value]
    }),
  )
}

function statisticSeries({ metric, period, stat, unit }: MetricStat, store: MetricStore, span: Span): Series {
  const of = statistic(stat)
  const found = store.aggregates(metric, { from: span.from, until: span.until, period: period * 1000 }, unit)
  const sorted = [...found].sort(([a], [b]) => a - b)
  return new Map(sorted.map(([at, aggregate]) => [at, of(aggregate)]))
}

/** Whether the query's value can only grow while a period lasts: sums and maxima of counts, but no ratios. */
export function growsOnly(id: string, queries: readonly Query[]): boolean {
  const query = queries.find((each) => each.id === id)
  if (!query) return false
  if ('metric' in query.of) return growing.includes(query.of.stat)
  return expressionGrows(query.of.expression, queries)
}

function expressionGrows(expression: Expression, queries: readonly Query[]): boolean {
  const all = (parts: readonly Expression[]): boolean => parts.every((part) => expressionGrows(part, queries))
  switch (expression.kind) {
    case 'number':
      return true
    case 'id':
      return growsOnly(expression.id, queries)
    case 'list':
      return all(expression.items)
    case 'binary':
      return expression.operator === '+' && all([expression.left, expression.right])
    case 'call':
      if (expression.name === 'METRICS')
        return queries.every(({ of }) => !('metric' in of) || growing.includes(of.stat))
      return ['SUM', 'MAX', 'FILL'].includes(expression.name) && all(expression.args)
    case 'negate':
    case 'text':
      return false
  }
}

export function seriesOfResult(value: Series | readonly Series[]): readonly Series[] {
  return isList(value) ? value : [value]
}
