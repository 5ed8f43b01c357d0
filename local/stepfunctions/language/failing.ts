import type { Check, Fields } from './check.ts'
import type { Catcher, Retrier } from './machine.ts'

const retryFields = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
]

export function retriers(check: Check, fields: Fields, at: string): Retrier[] {
  const all = check.list(fields, 'Retry', at)
  return all.map((each, index) => {
    const place = `${at}/Retry[${index}]`
    check.fields(each, place, retryFields, ['ErrorEquals'])
    const intervalSeconds = check.number(each, 'IntervalSeconds', place, { least: 1, most: 99_999_999 }) ?? 1
    const maxDelaySeconds = check.number(each, 'MaxDelaySeconds', place, { least: 1, most: 31_622_399 })
    const jitter = check.text(each, 'JitterStrategy', place) ?? 'NONE'
    if (jitter !== 'FULL' && jitter !== 'NONE')
      check.error(`${place}/JitterStrategy`, `Value is not valid: ${jitter}; known: FULL, NONE`)
    return {
      errorEquals: errorEquals(check, each, place, index === all.length - 1),
      intervalSeconds,
      maxAttempts: check.number(each, 'MaxAttempts', place, { least: 0, most: 99_999_999 }) ?? 3,
      backoffRate:
        check.number(each, 'BackoffRate', place, { integer: false, least: 1, most: Number.MAX_VALUE }) ?? 2,
      maxDelaySeconds,
      jitter: jitter === 'FULL' ? 'FULL' : 'NONE',
    }
  })
}

export function catchers(check: Check, fields: Fields, at: string): Catcher[] {
  const all = check.list(fields, 'Catch', at)
  return all.map((each, index) => {
    const place = `${at}/Catch[${index}]`
    check.fields(each, place, ['Comment', 'ErrorEquals', 'Next', 'Assign', 'Output'], ['ErrorEquals', 'Next'])
    check.object(each, 'Assign', place)
    return {
      errorEquals: errorEquals(check, each, place, index === all.length - 1),
      next: check.text(each, 'Next', place) ?? '',
      assign: check.template(each, 'Assign', place, `Catch[${index}]/Assign`),
      output: check.template(each, 'Output', place, `Catch[${index}]/Output`),
    }
  })
}

/** `States.ALL` must stand alone, and in the last retrier or catcher. */
function errorEquals(check: Check, fields: Fields, at: string, last: boolean): string[] {
  const place = `${at}/ErrorEquals`
  const given = fields.ErrorEquals
  if (given === undefined) return []
  const names: string[] = Array.isArray(given) ? given.filter((each) => typeof each === 'string') : []
  if (!Array.isArray(given) || names.length === 0 || names.length !== given.length)
    check.error(place, 'Expected value of type non-empty Array of String')
  if (names.includes('States.ALL')) {
    if (names.length > 1) check.error(place, "'States.ALL' must appear alone in 'ErrorEquals'")
    if (!last) check.error(place, "'States.ALL' must appear in the last element of the list")
  }
  return names
}
