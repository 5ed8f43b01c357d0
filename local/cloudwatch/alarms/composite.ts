import { AwsError } from '../../aws/error.ts'
import { text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { checkActions, type AlarmState } from './alarm.ts'

/** Whether a composite alarm's rule holds, given the states of other alarms by name (or ARN). */
export type CompositeRule = (stateOf: (alarm: string) => AlarmState | undefined) => boolean

const members = [
  ...[
    'ActionsEnabled',
    'AlarmActions',
    'AlarmDescription',
    'AlarmName',
    'AlarmRule',
    'InsufficientDataActions',
  ],
  ...['OKActions', 'Tags'],
]

/** Reads a composite alarm's configuration: `ALARM(a) AND NOT (OK(b) OR TRUE)`. */
export function compositeRuleOf(config: Input): CompositeRule {
  for (const name of Object.keys(config))
    if (!members.includes(name))
      throw new AwsError('ValidationException', `${name} is not supported by the local CloudWatch`)
  checkActions(config)
  return parse(text(config, 'AlarmRule') ?? '')
}

function parse(source: string): CompositeRule {
  const tokens = source.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? []
  let position = 0
  const peek = (): string => (tokens[position] ?? '').toUpperCase()
  const next = (): string => tokens[position++] ?? ''
  const bad = (): AwsError => new AwsError('ValidationException', `AlarmRule is not valid: ${source}`)

  function any(): CompositeRule {
    const options = [all()]
    while (peek() === 'OR') {
      next()
      options.push(all())
    }
    return (stateOf) => options.some((rule) => rule(stateOf))
  }

  function all(): CompositeRule {
    const parts = [one()]
    while (peek() === 'AND') {
      next()
      parts.push(one())
    }
    return (stateOf) => parts.every((rule) => rule(stateOf))
  }

  function one(): CompositeRule {
    const word = next().toUpperCase()
    if (word === 'NOT') {
      const inner = one()
      return (stateOf) => !inner(stateOf)
    }
    if (word === 'TRUE') return () => true
    if (word === 'FALSE') return () => false
    if (word === '(') {
      const inner = any()
      if (next() !== ')') throw bad()
      return inner
    }
    if (!['ALARM', 'OK', 'INSUFFICIENT_DATA'].includes(word) || next() !== '(') throw bad()
    const alarm = next().replaceAll('"', '')
    if (next() !== ')') throw bad()
    return (stateOf) => stateOf(alarm) === word
  }

  const rule = any()
  if (position < tokens.length) throw bad()
  return rule
}
