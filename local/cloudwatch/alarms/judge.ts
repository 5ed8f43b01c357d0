import type { Series } from '../math/values.ts'
import { comparisons, type AlarmState, type Rule } from './alarm.ts'

export interface Datapoint {
  /** Start of its period, in milliseconds since the epoch. */
  readonly at: number
  readonly value: number
}

export interface Verdict {
  readonly state: AlarmState
  readonly reason: string
  /** The datapoints that were evaluated, newest first. */
  readonly datapoints: readonly Datapoint[]
}

/** CloudWatch looks somewhat further back than EvaluationPeriods, for datapoints to use instead of missing ones. */
export const extraPeriods = 2

/**
 * The state an alarm should have by the datapoints of its evaluation range, which ends at `until`. Missing ones are
 * treated as AWS documents it ("Configuring how CloudWatch alarms treat missing data"): real datapoints come first,
 * TreatMissingData only fills what is left. Undefined: the alarm stays as it is.
 */
export function judge(rule: Rule, series: Series, until: number): Verdict | undefined {
  const { evaluationPeriods, datapointsToAlarm, missing } = rule
  const real: (Datapoint & { age: number })[] = []
  for (let age = 1; age <= evaluationPeriods + extraPeriods; age++) {
    const at = until - age * rule.period * 1000
    const value = series.get(at)
    if (value !== undefined) real.push({ at, value, age })
  }
  const used = real.slice(0, evaluationPeriods)
  const breaching = used.filter(({ value }) => comparisons[rule.comparison].holds(value, rule.threshold))
  const filled = evaluationPeriods - used.length
  const crossed = (state: 'ALARM' | 'OK'): Verdict => {
    const decisive = state === 'ALARM' ? breaching : used.filter((point) => !breaching.includes(point))
    return { state, reason: crossedReason(rule, state, decisive, used.length, filled), datapoints: used }
  }
  if (missing === 'breaching') return crossed(breaching.length + filled >= datapointsToAlarm ? 'ALARM' : 'OK')
  if (breaching.length >= datapointsToAlarm) return crossed('ALARM')
  if (missing === 'notBreaching' || breaching.length < used.length) return crossed('OK')
  if (missing === 'ignore') return undefined
  if (used.length === 0) return { state: 'INSUFFICIENT_DATA', reason: unknownReason(filled), datapoints: [] }
  // Only breaching and missing ones: an alarm once the oldest has been there long enough, else not yet to be told.
  const oldest = breaching.at(-1)?.age ?? 0
  return oldest >= datapointsToAlarm ? crossed('ALARM') : undefined
}

function unknownReason(count: number): string {
  return `Insufficient Data: ${count} datapoint${count === 1 ? ' was' : 's were'} unknown.`
}

function crossedReason(
  rule: Rule,
  state: 'ALARM' | 'OK',
  decisive: readonly Datapoint[],
  used: number,
  filled: number,
): string {
  const treated = rule.missing === 'breaching' ? 'Breaching' : 'NonBreaching'
  const missing = `${filled} missing datapoint${filled === 1 ? ' was' : 's were'} treated as [${treated}]`
  if (used === 0)
    return `Threshold Crossed: no datapoints were received for ${plural(filled, 'period')} and ${missing}.`
  const shown = decisive.map(({ at, value }) => `${double(value)} (${stamp(at)})`).join(', ')
  const outOf = rule.datapointsToAlarm < rule.evaluationPeriods || rule.evaluationPeriods > 1
  const count = outOf
    ? `${decisive.length} out of the last ${plural(used, 'datapoint')}`
    : plural(decisive.length, 'datapoint')
  const verb = decisive.length === 1 ? 'was' : 'were'
  const relation = `${verb} ${state === 'OK' ? 'not ' : ''}${comparisons[rule.comparison].words}`
  const least =
    state === 'ALARM' ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1
  const change = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'
  const minimum = outOf ? ` (minimum ${plural(least, 'datapoint')} for ${change} transition)` : ''
  return `Threshold Crossed: ${count} [${shown}] ${relation} the threshold (${double(rule.threshold)})${minimum}.`
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** As Java prints a double. */
function double(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** `31/12/26 23:59:00`. */
function stamp(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  const [year = '', month = '', day = ''] = date.split('-')
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`
}
