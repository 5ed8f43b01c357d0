import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { transaction } from '../../aws/store.ts'
import { addValue, emptyAggregate, merge, type Aggregate } from './statistics.ts'

export interface Metric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

export interface Datum extends Metric {
  readonly value: number
  /** Occurrences of the value; 1 when absent. */
  readonly times?: number
  readonly unit: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Kept by the second, not by the minute. */
  readonly highResolution?: boolean
}

interface Open {
  readonly series: number
  readonly at: number
  readonly aggregate: Aggregate
  dirty: boolean
}

export type MetricStore = ReturnType<typeof openMetricStore>

const second = 1_000
const minute = 60_000
/** Milliseconds for which values are gathered into one transaction. */
const gatherFor = 500
const keepFor = 3 * 24 * 60 * minute

/**
 * Values by metric, unit and minute. What comes in is gathered in memory and written in batches: a kill may lose the
 * last half second of values, as monitoring may.
 */
export function openMetricStore(db: DatabaseSync) {
  db.exec(`CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, namespace TEXT, name TEXT, dimensions TEXT,
      unit TEXT, UNIQUE (namespace, name, dimensions, unit)) STRICT;
    CREATE TABLE IF NOT EXISTS buckets (series INTEGER, at INTEGER, count REAL, sum REAL, min REAL, max REAL,
      vals TEXT, PRIMARY KEY (series, at)) STRICT, WITHOUT ROWID`)
  const insertSeries = db.prepare(
    'INSERT INTO series (namespace, name, dimensions, unit) VALUES (?, ?, ?, ?)',
  )
  const bucket = db.prepare('SELECT * FROM buckets WHERE series = ? AND at = ?')
  const range = db.prepare('SELECT * FROM buckets WHERE series = ? AND at >= ? AND at < ? ORDER BY at')
  const latest = db.prepare('SELECT max(at) AS at FROM buckets WHERE series = ?')
  const put = db.prepare('INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?, ?, ?, ?)')
  const expire = db.prepare('DELETE FROM buckets WHERE at < ?')
  /** Series ids by unit, by metric. */
  const known = new Map<string, { metric: Metric; units: Map<string, number> }>()
  const open = new Map<string, Open>()
  let timer: NodeJS.Timeout | undefined

  for (const row of db.prepare('SELECT * FROM series').all()) {
    const dimensions = JSON.parse(String(row.dimensions)) as Record<string, string>
    const metric = { namespace: String(row.namespace), name: String(row.name), dimensions }
    remember(metric).set(String(row.unit), Number(row.id))
  }

  function remember(metric: Metric): Map<string, number> {
    const key = metricKey(metric)
    const entry = known.get(key) ?? { metric, units: new Map<string, number>() }
    known.set(key, entry)
    return entry.units
  }

  function seriesOf(datum: Datum): number {
    const { namespace, name, dimensions, unit } = datum
    const units = remember({ namespace, name, dimensions })
    const existing = units.get(unit)
    if (existing !== undefined) return existing
    const id = Number(insertSeries.run(namespace, name, sortedDimensions(dimensions), unit).lastInsertRowid)
    units.set(unit, id)
    return id
  }

  function openBucket(series: number, at: number): Open {
    const key = `${series}/${at}`
    const existing = open.get(key)
    if (existing) return existing
    const row = bucket.get(series, at)
    const fresh = { series, at, aggregate: row ? read(row) : emptyAggregate(), dirty: false }
    open.set(key, fresh)
    return fresh
  }

  function flush(): void {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    const newest = Math.max(0, ...[...open.values()].map(({ at }) => at))
    transaction(db, () => {
      for (const [key, each] of open) {
        const { count, sum, min, max, values } = each.aggregate
        if (each.dirty) put.run(each.series, each.at, count, sum, min, max, JSON.stringify([...values]))
        each.dirty = false
        if (each.at < newest - 2 * minute) open.delete(key)
      }
    })
  }

  return {
    put(datum: Datum): void {
      const step = datum.highResolution ? second : minute
      const entry = openBucket(seriesOf(datum), datum.at - (datum.at % step))
      addValue(entry.aggregate, datum.value, datum.times)
      entry.dirty = true
      timer ??= setTimeout(flush, gatherFor).unref()
    },
    flush,
    /** All values of a metric from `from` until before `until`, by the start of their period; of all units if none is named. */
    aggregates(
      metric: Metric,
      time: { from: number; until: number; period: number },
      unit?: string,
    ): Map<number, Aggregate> {
      flush()
      const periods = new Map<number, Aggregate>()
      const units = known.get(metricKey(metric))?.units ?? new Map<string, number>()
      for (const [each, series] of units) {
        if (unit !== undefined && each !== unit) continue
        for (const row of range.all(series, time.from, time.until)) {
          const at = Number(row.at)
          const start = at - ((at - time.from) % time.period)
          const aggregate = periods.get(start) ?? emptyAggregate()
          merge(aggregate, read(row))
          periods.set(start, aggregate)
        }
      }
      return periods
    },
    /** When the metric last had a value, as the start of its bucket. */
    latest(metric: Metric): number | undefined {
      flush()
      const series = [...(known.get(metricKey(metric))?.units.values() ?? [])]
      const times = series.map((id) => Number(latest.get(id)?.at ?? NaN)).filter((at) => !Number.isNaN(at))
      return times.length > 0 ? Math.max(...times) : undefined
    },
    metrics: (): Metric[] => [...known.values()].map(({ metric }) => metric),
    expire(now: number): void {
      flush()
      expire.run(now - keepFor)
    },
  }
}

/** The same for the same metric, whatever the order of its dimensions. */
export function metricKey({ namespace, name, dimensions }: Metric): string {
  return `${namespace}\n${name}\n${sortedDimensions(dimensions)}`
}

function sortedDimensions(dimensions: Readonly<Record<string, string>>): string {
  const names = Object.keys(dimensions)
  if (names.length > 1) names.sort()
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, dimensions[name]])))
}

function read(row: Record<string, SQLOutputValue>): Aggregate {
  return {
    count: Number(row.count),
    sum: Number(row.sum),
    min: Number(row.min),
    max: Number(row.max),
    values: new Map(JSON.parse(String(row.vals)) as [number, number][]),
  }
}
