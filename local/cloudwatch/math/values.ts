import { mathError, type Expression } from './parse.ts'

/** Values by the start of their period, in milliseconds since the epoch; a period without a value is absent. */
export type Series = ReadonlyMap<number, number>

/** What an expression stands for: a number, one time series, or several. */
export type Value = number | Series | readonly Series[]

export interface Scope {
  /** The metric or expression with this id. */
  readonly find: (id: string) => Value
  /** All metrics (not expressions) of the request, by id: what METRICS() means. */
  readonly metrics: ReadonlyMap<string, Series>
  /** The starts of all periods of the request. */
  readonly periods: readonly number[]
  /** Seconds. */
  readonly period: number
  readonly evaluate: (expression: Expression) => Value
}

/** Applies to numbers, or point by point; where one side has no value there is none. */
export function combine(left: Value, right: Value, operator: (left: number, right: number) => number): Value {
  if (typeof left === 'number' && typeof right === 'number') return operator(left, right)
  if (isList(left))
    return left.map((each, index) =>
      single(combine(each, isList(right) ? (right[index] ?? each) : right, operator)),
    )
  if (isList(right)) return right.map((each) => single(combine(left, each, operator)))
  return pointwise(left, right, operator)
}

function pointwise(
  left: number | Series,
  right: number | Series,
  operator: (l: number, r: number) => number,
): Series {
  const result = new Map<number, number>()
  const times = typeof left === 'number' ? (right as Series).keys() : left.keys()
  for (const at of times) {
    const one = typeof left === 'number' ? left : left.get(at)
    const other = typeof right === 'number' ? right : right.get(at)
    if (one === undefined || other === undefined) continue
    const value = operator(one, other)
    if (Number.isFinite(value)) result.set(at, value)
  }
  return result
}

export function isList(value: Value): value is readonly Series[] {
  return Array.isArray(value)
}

export function seriesList(value: Value): readonly Series[] {
  if (typeof value === 'number') throw mathError('A time series is needed where a number stands')
  return isList(value) ? value : [value]
}

export function single(value: Value): Series {
  const [first, ...more] = seriesList(value)
  if (!first || more.length > 0) throw mathError('One time series is needed where several stand')
  return first
}
