import { parsed } from '../aws/input.ts'
import type { EventBridgeEvent } from './event.ts'

/** What a target gets instead of the event itself. */
export interface InputSettings {
  readonly input?: string | undefined
  readonly inputPath?: string | undefined
  readonly transformer?:
    { readonly paths: Readonly<Record<string, string>>; readonly template: string } | undefined
}

export interface RuleNames {
  readonly name: string
  readonly arn: string
}

/** The JSON text a target of a rule gets. */
export function targetInput(settings: InputSettings, event: EventBridgeEvent, rule: RuleNames): string {
  if (settings.input !== undefined) return settings.input
  if (settings.inputPath !== undefined) return JSON.stringify(valueAt(event, settings.inputPath) ?? null)
  if (settings.transformer) return transform(settings.transformer, event, rule)
  return JSON.stringify(event)
}

function transform(
  { paths, template }: NonNullable<InputSettings['transformer']>,
  event: EventBridgeEvent,
  rule: RuleNames,
): string {
  const values = new Map<string, unknown>([
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', event.time],
    ['aws.events.event', { ...event, detail: undefined }],
    ['aws.events.event.json', event],
    ...Object.entries(paths).map(([name, path]): [string, unknown] => [name, valueAt(event, path)]),
  ])
  let quoted = false
  const filled = template.replaceAll(/\\.|"|<([^<>\s]+)>/g, (part: string, name?: string) => {
    if (part === '"') quoted = !quoted
    if (name === undefined || !values.has(name)) return part
    const value = values.get(name) ?? ''
    if (!quoted) return JSON.stringify(value)
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return JSON.stringify(text).slice(1, -1)
  })
  return parsed(filled) === undefined ? JSON.stringify(filled) : filled
}

/** Looks up a JSON path of names and indexes: `$.detail.items[0]`, `$.detail['a.b']`, `$`. */
function valueAt(value: unknown, path: string): unknown {
  let found = value
  for (const [, name, quoted, index] of path.matchAll(/\.([^.[\]]+)|\['([^']+)'\]|\[(\d+)\]/g)) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string, unknown>)[name ?? quoted ?? index ?? '']
  }
  return found
}

/** Refuses paths that `valueAt` does not read. */
export function checkPath(path: string): void {
  if (!/^\$(\.[^.[\]*?]+|\['[^']+'\]|\[\d+\])*$/.test(path))
    throw new Error(`the path ${path} is not supported here`)
}
