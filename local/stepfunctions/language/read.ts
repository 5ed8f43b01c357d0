import { isObject } from '../json.ts'
import type { Expression } from '../jsonata/expression.ts'
import { Check, type Diagnostic, type Fields, type Serves } from './check.ts'
import type { Machine, Region, State } from './machine.ts'
import { state, targets } from './states.ts'

/** Longest TimeoutSeconds and the like. */
export const mostSeconds = 99_999_999

/** Longest definition, in bytes. */
export const definitionLimit = 1_048_576

export type Reading = { readonly machine: Machine } | { readonly diagnostics: readonly Diagnostic[] }

/** Reads a definition as CreateStateMachine does: a machine to run, or everything that is wrong with it. */
export function readMachine(
  definition: string,
  compiler: (source: string) => Expression,
  serves: Serves = () => true,
): Reading {
  let document: unknown
  try {
    document = JSON.parse(definition)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (definition === '') document = undefined
    else return { diagnostics: [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', message }] }
  }
  if (!isObject(document)) {
    const message = 'Definition must be a valid JSON object'
    return { diagnostics: [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message }] }
  }
  const check = new Check(compiler, serves)
  check.fields(
    document,
    '',
    ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'],
    ['States', 'StartAt'],
  )
  const language = check.text(document, 'QueryLanguage', '')
  if (language !== 'JSONata')
    check.error(
      '/QueryLanguage',
      `'QueryLanguage' '${language ?? 'JSONPath'}' is not supported here: it must be 'JSONata'`,
    )
  const version = check.text(document, 'Version', '')
  if (version !== undefined && version !== '1.0')
    check.error('/Version', `Version '${version}' is not supported`)
  check.text(document, 'Comment', '')
  const timeoutSeconds = check.number(document, 'TimeoutSeconds', '', { least: 1, most: mostSeconds })
  const names = new Set<string>()
  const machine = { timeoutSeconds, region: region(check, document, '', names) }
  return check.diagnostics.length > 0 ? { diagnostics: check.diagnostics } : { machine }
}

/** `names`: every state name of the machine so far; they must differ even across branches. */
export function region(check: Check, fields: Fields, location: string, names: Set<string>): Region {
  const startAt = check.text(fields, 'StartAt', location) ?? ''
  const states = new Map<string, State>()
  for (const [name, each] of Object.entries(check.object(fields, 'States', location) ?? {})) {
    const at = `${location}/States/${name}`
    if (name.length > 80)
      check.error(
        at,
        `Invalid State name: State '${name}' exceeds the 80-character limit allowed by the service`,
        'INVALID_STATE_NAME',
      )
    if (names.has(name)) check.error(at, `Duplicate state name: ${name}`)
    names.add(name)
    if (!isObject(each)) check.error(at, 'Expected value of type Object')
    else {
      const read = state(check, name, each, at, names)
      if (read) states.set(name, read)
      // A state that cannot be read still is a valid target.
      else states.set(name, { type: 'Pass', name, next: undefined, assign: undefined, output: undefined })
    }
  }
  if (states.size === 0 && fields.States !== undefined)
    check.error(`${location}/States`, 'At least one state is required')
  transitions(check, { startAt, states }, location)
  return { startAt, states }
}

function transitions(check: Check, { startAt, states }: Region, location: string): void {
  if (states.size > 0 && !states.has(startAt))
    check.error(`${location}/StartAt`, `Missing 'StartAt' target: ${startAt}`, 'MISSING_TRANSITION_TARGET')
  const reached = new Set<string>([startAt])
  for (const name of reached) {
    const from = states.get(name)
    if (!from) continue
    for (const [field, target] of targets(from)) {
      if (states.has(target)) reached.add(target)
      else
        check.error(
          `${location}/States/${name}/${field}`,
          `Missing '${field.split('/').at(-1) ?? field}' target: ${target}`,
          'MISSING_TRANSITION_TARGET',
        )
    }
  }
  for (const name of states.keys())
    if (!reached.has(name) && states.has(startAt))
      check.error(
        `${location}/States/${name}`,
        `State "${name}" is not reachable.`,
        'MISSING_TRANSITION_TARGET',
      )
}
