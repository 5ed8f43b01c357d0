import type { Clock } from '../../aws/clock.ts'
import { growsOnly, run, seriesOfResult } from '../math/queries.ts'
import { metricKey, type Metric, type MetricStore } from '../metrics/metricStore.ts'
import { ruleOf, type Alarm, type Rule } from './alarm.ts'
import type { AlarmStore } from './alarmStore.ts'
import type { Changes } from './changes.ts'
import { compositeRuleOf, type CompositeRule } from './composite.ts'
import { extraPeriods, judge, type Verdict } from './judge.ts'

export type Evaluator = ReturnType<typeof createEvaluator>

const minute = 60_000
/** After a boundary, so that what was measured just before it has arrived. */
const late = 1_000
/** After a value, so that a burst of them is judged once. */
const soon = 100

/**
 * Judges alarms as AWS does: at the end of each minute (of ten seconds for shorter periods), over the windows that end
 * there. An alarm without any datapoint in its range cannot change any more and waits for the next value; so an idle
 * cloud judges nothing. Where a value can only grow while its period lasts, crossing the threshold is told at once.
 */
export function createEvaluator(parts: {
  clock: Clock
  alarms: AlarmStore
  metrics: MetricStore
  changes: Changes
}) {
  const { clock, alarms, metrics, changes } = parts
  const rules = new Map<string, Rule>()
  const composites = new Map<string, CompositeRule>()
  /** Names of alarms by the metrics they watch. */
  const watchers = new Map<string, Set<string>>()
  /** Alarms with datapoints in their range: judged at the next boundary. */
  const live = new Set<string>()
  const early = new Set<string>()
  let cancelBoundary: (() => void) | undefined
  let cancelEarly: (() => void) | undefined
  let running = false

  function read(alarm: Alarm): void {
    forget(alarm.name)
    if (alarm.kind === 'composite') {
      composites.set(alarm.name, compositeRuleOf(alarm.config))
      return
    }
    const rule = ruleOf(alarm.config)
    rules.set(alarm.name, rule)
    for (const { of } of rule.queries) {
      if (!('metric' in of)) continue
      const key = metricKey(of.metric)
      watchers.set(key, (watchers.get(key) ?? new Set()).add(alarm.name))
    }
    live.add(alarm.name)
  }

  function forget(name: string): void {
    for (const names of watchers.values()) names.delete(name)
    for (const known of [rules, composites, live, early]) known.delete(name)
  }

  function boundary(rule: Rule | undefined): number {
    return rule && rule.period < 60 ? 10_000 : minute
  }

  /** Arms the clock for the next boundary of any live alarm. */
  function arm(): void {
    if (!running) return
    cancelBoundary?.()
    cancelBoundary = undefined
    if (live.size === 0) return
    const step = Math.min(...[...live].map((name) => boundary(rules.get(name))))
    const next = (Math.floor((clock.now() - late) / step) + 1) * step + late
    cancelBoundary = clock.at(next, atBoundary)
  }

  function atBoundary(): void {
    const now = clock.now()
    for (const name of live) {
      const step = boundary(rules.get(name))
      judgeAlarm(name, Math.floor(now / step) * step)
    }
    arm()
  }

  function judgeAlarm(name: string, until: number): void {
    const [alarm, rule] = [alarms.named(name), rules.get(name)]
    if (!alarm || !rule) return
    const { verdict, from } = verdictOf(rule, until)
    // What was told early must not be taken back before its minute is over.
    const early = tellsEarly(rule) ? verdictOf(rule, until + boundary(rule)) : undefined
    if (early?.verdict?.state === 'ALARM') put(alarm, rule, early.verdict, early.from)
    else if (verdict) put(alarm, rule, verdict, from)
    const latest = Math.max(...watchedMetrics(rule).map((metric) => metrics.latest(metric) ?? -Infinity))
    if (latest < from) live.delete(name)
  }

  /** Judges over windows that end with the current minute, but only believes an alarm. */
  function judgeEarly(): void {
    cancelEarly = undefined
    for (const name of early) {
      const [alarm, rule] = [alarms.named(name), rules.get(name)]
      if (!alarm || !rule) continue
      const step = boundary(rule)
      const { verdict, from } = verdictOf(rule, (Math.floor(clock.now() / step) + 1) * step)
      if (verdict?.state === 'ALARM') put(alarm, rule, verdict, from)
    }
    early.clear()
  }

  /** Of the evaluation range that ends at `until`; `from` is its start. */
  function verdictOf(rule: Rule, until: number): { verdict: Verdict | undefined; from: number } {
    const from = until - (rule.evaluationPeriods + extraPeriods) * rule.period * 1000
    const result = run(rule.queries, metrics, { from, until, period: rule.period }).get(rule.watched)
    const [series] = result ? seriesOfResult(result) : []
    return { verdict: judge(rule, series ?? new Map<number, number>(), until), from }
  }

  function watchedMetrics(rule: Rule): Metric[] {
    return rule.queries.flatMap(({ of }) => ('metric' in of ? [of.metric] : []))
  }

  function put(alarm: Alarm, rule: Rule, verdict: Verdict, from: number): void {
    if (verdict.state === alarm.status.value) return
    const reasonData = JSON.stringify({
      version: '1.0',
      queryDate: iso(clock.now()),
      startDate: iso(verdict.datapoints.at(-1)?.at ?? from),
      period: rule.period,
      recentDatapoints: verdict.datapoints.map(({ value }) => value).reverse(),
      threshold: rule.threshold,
      evaluatedDatapoints: verdict.datapoints.map(({ at, value }) => ({ timestamp: iso(at), value })),
    })
    changes.set(alarm, { value: verdict.state, reason: verdict.reason, reasonData })
  }

  return {
    /** A value of a metric came in. */
    noticed(metric: Metric): void {
      const names = watchers.get(metricKey(metric))
      if (!names || names.size === 0) return
      const before = live.size
      for (const name of names) {
        live.add(name)
        const rule = rules.get(name)
        if (rule && tellsEarly(rule)) early.add(name)
      }
      if (live.size !== before) arm()
      if (running && early.size > 0) cancelEarly ??= clock.at(clock.now() + soon, judgeEarly)
    },
    /** Composite alarms follow the alarms they are made of. */
    follow(): void {
      for (const [name, rule] of composites) {
        const alarm = alarms.named(name)
        if (!alarm) continue
        const holds = rule((other) => alarms.named(other.slice(other.lastIndexOf(':') + 1))?.status.value)
        const value = holds ? 'ALARM' : 'OK'
        const reason = `The rule ${String(alarm.config.AlarmRule)} ${holds ? 'holds' : 'does not hold'}`
        if (value !== alarm.status.value) changes.set(alarm, { value, reason, reasonData: '' })
      }
    },
    /** After alarms were put or removed; throws for a configuration that is not served. */
    read(alarm: Alarm): void {
      read(alarm)
      arm()
    },
    forget,
    start(): void {
      running = true
      arm()
      this.follow()
    },
    stop(): void {
      running = false
      cancelBoundary?.()
      cancelEarly?.()
    },
  }
}

/** Whether a value above the threshold stays above it while its period lasts. */
function tellsEarly({ comparison, watched, queries }: Rule): boolean {
  return comparison.startsWith('Greater') && growsOnly(watched, queries)
}

/** As AWS writes dates in StateReasonData. */
function iso(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000')
}
