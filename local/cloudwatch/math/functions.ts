import { combine, isList, seriesList, single, type Scope, type Series, type Value } from './values.ts'
import { mathError, type Expression } from './parse.ts'

type Call = (args: readonly Expression[], scope: Scope) => Value

/** Metric math functions served here. */
export const functions: Readonly<Record<string, Call>> = {
  SUM: aggregate((values) => values.reduce((sum, value) => sum + value, 0)),
  AVG: aggregate((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
  MIN: aggregate((values) => Math.min(...values)),
  MAX: aggregate((values) => Math.max(...values)),
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  FILL: fill,
  IF: when,
  METRICS: metrics,
  PERIOD: (args, scope) => {
    single(argument(args, 0, scope))
    return scope.period
  },
  RATE: rate,
  TIME_SERIES: (args, scope) => {
    const value = argument(args, 0, scope)
    if (typeof value !== 'number') throw mathError('TIME_SERIES takes a number')
    return constant(value, scope)
  },
}

function argument(args: readonly Expression[], index: number, scope: Scope): Value {
  const expression = args[index]
  if (!expression) throw mathError(`Argument ${index + 1} is missing`)
  return scope.evaluate(expression)
}

function constant(value: number, { periods }: Scope): Series {
  return new Map(periods.map((at) => [at, value]))
}

/** Over several series: point by point, of those that have a value. Over one: a number. */
function aggregate(work: (values: number[]) => number): Call {
  return (args, scope) => {
    const value = argument(args, 0, scope)
    const series = seriesList(value)
    const [first] = series
    if (!isList(value) && first)
      return first.size === 0 ? new Map<number, number>() : work([...first.values()])
    const result = new Map<number, number>()
    for (const at of scope.periods) {
      const values = series.map((each) => each.get(at)).filter((each) => each !== undefined)
      if (values.length > 0) result.set(at, work(values))
    }
    return result
  }
}

function each(work: (value: number) => number): Call {
  return (args, scope) => combine(argument(args, 0, scope), 0, (value) => work(value))
}

/** `FILL(metric, number | REPEAT)`. */
function fill(args: readonly Expression[], scope: Scope): Value {
  const value = argument(args, 0, scope)
  const filler = args[1]
  const filled = (series: Series): Series => {
    const result = new Map<number, number>()
    let last: number | undefined
    for (const at of scope.periods) {
      const known = series.get(at) ?? gap(at, last)
      if (known !== undefined) result.set(at, known)
      last = known
    }
    return result
  }
  const gap = (at: number, last: number | undefined): number | undefined => {
    if (filler?.kind === 'id' && filler.id === 'REPEAT') return last
    if (filler?.kind === 'id' && filler.id === 'LINEAR')
      throw mathError('FILL with LINEAR is not supported by the local CloudWatch')
    const replacement = argument(args, 1, scope)
    return typeof replacement === 'number' ? replacement : single(replacement).get(at)
  }
  return isList(value) ? value.map(filled) : filled(single(value))
}

/** `IF(condition, then, else)`; without `else` there is no value where the condition does not hold. */
function when(args: readonly Expression[], scope: Scope): Value {
  const condition = argument(args, 0, scope)
  const yes = argument(args, 1, scope)
  const no = args.length > 2 ? argument(args, 2, scope) : new Map<number, number>()
  if (typeof condition === 'number') return condition !== 0 ? yes : no
  const test = single(condition)
  const result = new Map<number, number>()
  for (const [at, holds] of test) {
    const branch = holds !== 0 ? yes : no
    const value = typeof branch === 'number' ? branch : single(branch).get(at)
    if (value !== undefined) result.set(at, value)
  }
  return result
}

/** All metrics of the request, or those whose id contains the text. */
function metrics(args: readonly Expression[], scope: Scope): Value {
  const [part] = args
  if (part && part.kind !== 'text') throw mathError('METRICS takes a text')
  const found = [...scope.metrics].filter(([id]) => !part || id.includes(part.value))
  return found.map(([, series]) => series)
}

/** The change per second from one value to the next. */
function rate(args: readonly Expression[], scope: Scope): Value {
  const of = (series: Series): Series => {
    const result = new Map<number, number>()
    let before: [number, number] | undefined
    for (const [at, value] of [...series].sort(([a], [b]) => a - b)) {
      if (before) result.set(at, ((value - before[1]) / (at - before[0])) * 1000)
      before = [at, value]
    }
    return result
  }
  const value = argument(args, 0, scope)
  return isList(value) ? value.map(of) : of(single(value))
}
