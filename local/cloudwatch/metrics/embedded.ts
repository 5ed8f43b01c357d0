import { number, parsed, record, records, text } from '../../aws/input.ts'
import type { Datum } from './metricStore.ts'

/** The values in a log event of the embedded metric format; none for any other event. */
export function embeddedMetrics(message: string, at: number): Datum[] {
  if (!message.startsWith('{') || !message.includes('"_aws"')) return []
  const event = record(parsed(message))
  const aws = record(event?._aws)
  if (!event || !aws) return []
  const time = number(aws, 'Timestamp') ?? at
  return records(aws.CloudWatchMetrics).flatMap((directive) => {
    const namespace = text(directive, 'Namespace')
    if (!namespace) return []
    const dimensionSets = Array.isArray(directive.Dimensions) ? directive.Dimensions : [[]]
    return records(directive.Metrics).flatMap((metric) => {
      const name = text(metric, 'Name') ?? ''
      const unit = text(metric, 'Unit') ?? 'None'
      const highResolution = metric.StorageResolution === 1
      const values = valuesOf(event[name])
      return dimensionSets.flatMap((set: unknown) => {
        const dimensions = dimensionsOf(set, event)
        return values.map((value) => ({ namespace, name, dimensions, value, unit, at: time, highResolution }))
      })
    })
  })
}

function valuesOf(value: unknown): number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((each) => typeof each === 'number')
}

/** A dimension set names members of the event. */
function dimensionsOf(set: unknown, event: Readonly<Record<string, unknown>>): Record<string, string> {
  const names: readonly unknown[] = Array.isArray(set) ? set : []
  const dimensions: Record<string, string> = {}
  for (const name of names) {
    const value = typeof name === 'string' ? event[name] : undefined
    if (typeof name === 'string' && value !== undefined)
      dimensions[name] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  return dimensions
}
