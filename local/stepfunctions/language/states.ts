import type { Template } from '../jsonata/template.ts'
import type { Check, Fields } from './check.ts'
import { catchers, retriers } from './failing.ts'
import type { ChoiceState, Leaving, MapState, ParallelState, State, TaskState, WaitState } from './machine.ts'
import { mostSeconds, region } from './read.ts'
import { resource } from './resource.ts'

const everywhere = ['Type', 'Comment', 'QueryLanguage']
const continuing = [...everywhere, 'Assign', 'Output', 'Next', 'End']
const failing = [...continuing, 'Retry', 'Catch']

/** Fields of each type of state: all it may have, and those it must have. */
const fieldsOf: Readonly<
  Record<State['type'], readonly [known: readonly string[], required: readonly string[]]>
> = {
  Task: [[...failing, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'], ['Resource']],
  Choice: [[...everywhere, 'Assign', 'Output', 'Choices', 'Default'], ['Choices']],
  Pass: [continuing, []],
  Wait: [[...continuing, 'Seconds', 'Timestamp'], []],
  Parallel: [[...failing, 'Arguments', 'Branches'], ['Branches']],
  Map: [
    [
      ...failing,
      'Items',
      'ItemSelector',
      'ItemProcessor',
      'MaxConcurrency',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
    ],
    ['ItemProcessor'],
  ],
  Succeed: [[...everywhere, 'Output'], []],
  Fail: [[...everywhere, 'Error', 'Cause'], []],
}

/** Reads one state; undefined when its Type is unknown. */
export function state(
  check: Check,
  name: string,
  fields: Fields,
  at: string,
  names: Set<string>,
): State | undefined {
  const type = check.text(fields, 'Type', at)
  if (type === undefined || !isType(type)) {
    if (fields.Type === undefined) check.error(at, 'These fields are required: [Type]')
    else
      check.error(
        `${at}/Type`,
        `Value is not valid: ${String(type)}; known: ${Object.keys(fieldsOf).join(', ')}`,
      )
    return undefined
  }
  check.fields(fields, at, ...fieldsOf[type])
  check.text(fields, 'Comment', at)
  if (fields.QueryLanguage !== undefined && fields.QueryLanguage !== 'JSONata')
    check.error(at, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
  switch (type) {
    case 'Task':
      return task(check, name, fields, at)
    case 'Choice':
      return choice(check, name, fields, at)
    case 'Pass':
      return { type, name, ...continues(check, fields, at) }
    case 'Wait':
      return wait(check, name, fields, at)
    case 'Parallel':
      return parallel(check, name, fields, at, names)
    case 'Map':
      return map(check, name, fields, at, names)
    case 'Succeed':
      return { type, name, output: check.template(fields, 'Output', at) }
    case 'Fail':
      return {
        type,
        name,
        error: check.textOrExpression(fields, 'Error', at),
        cause: check.textOrExpression(fields, 'Cause', at),
      }
  }
}

function isType(type: string): type is State['type'] {
  return Object.hasOwn(fieldsOf, type)
}

/** Every state a state can go to, with the field that says so. */
export function targets(from: State): [field: string, target: string][] {
  const found: [string, string][] = []
  if ('next' in from && from.next !== undefined) found.push(['Next', from.next])
  if ('catch' in from) from.catch.forEach((each, at) => found.push([`Catch[${at}]/Next`, each.next]))
  if (from.type === 'Choice') {
    from.choices.forEach((each, at) => found.push([`Choices[${at}]/Next`, each.next]))
    if (from.default !== undefined) found.push(['Default', from.default])
  }
  return found
}

function leaves(check: Check, fields: Fields, at: string): Leaving {
  const assign = check.object(fields, 'Assign', at)
  for (const name of Object.keys(assign ?? {})) {
    if (name === 'states') check.error(`${at}/Assign/states`, "The variable name 'states' is reserved")
    else if (!/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name))
      check.error(`${at}/Assign/${name}`, `'${name}' is not a valid variable name`)
  }
  return {
    assign: assign && check.template(fields, 'Assign', at),
    output: check.template(fields, 'Output', at),
  }
}

function continues(check: Check, fields: Fields, at: string): Leaving & { next: string | undefined } {
  const next = check.text(fields, 'Next', at)
  const end = fields.End
  if (end !== undefined && typeof end !== 'boolean')
    check.error(`${at}/End`, 'Expected value of type Boolean')
  if (next !== undefined && end === true) check.error(at, 'Only one of these fields may be used: [Next, End]')
  if (fields.Next === undefined && end !== true)
    check.error(at, 'Exactly one of these fields is required: [Next, End]')
  return { ...leaves(check, fields, at), next }
}

function task(check: Check, name: string, fields: Fields, at: string): TaskState | undefined {
  const arn = check.text(fields, 'Resource', at)
  const read = arn === undefined ? undefined : resource(arn, check.serves)
  if (typeof read === 'string') check.error(`${at}/Resource`, read)
  const seconds = { least: 1, most: mostSeconds }
  const timeoutSeconds = check.numberOrExpression(fields, 'TimeoutSeconds', at, seconds)
  const heartbeatSeconds = check.numberOrExpression(fields, 'HeartbeatSeconds', at, seconds)
  if (constant(heartbeatSeconds) >= constant(timeoutSeconds, Infinity))
    check.error(`${at}/HeartbeatSeconds`, 'HeartbeatSeconds must be smaller than TimeoutSeconds')
  const rest = {
    arguments: check.template(fields, 'Arguments', at),
    timeoutSeconds,
    heartbeatSeconds,
    retry: retriers(check, fields, at),
    catch: catchers(check, fields, at),
    ...continues(check, fields, at),
  }
  return read === undefined || typeof read === 'string'
    ? undefined
    : { type: 'Task', name, resource: read, ...rest }
}

function constant(value: Template | undefined, otherwise = -Infinity): number {
  return value?.kind === 'constant' && typeof value.value === 'number' ? value.value : otherwise
}

function choice(check: Check, name: string, fields: Fields, at: string): ChoiceState {
  const choices = check.list(fields, 'Choices', at).flatMap((each, index) => {
    const place = `${at}/Choices[${index}]`
    check.fields(each, place, ['Comment', 'Condition', 'Next', 'Assign', 'Output'], ['Condition', 'Next'])
    const { Condition: given } = each
    if (given !== undefined && typeof given !== 'boolean' && typeof given !== 'string')
      check.error(`${place}/Condition`, 'Expected value of type Boolean or a JSONata expression')
    const condition = check.template(each, 'Condition', place, `Choices[${index}]/Condition`)
    if (condition?.kind === 'constant' && typeof condition.value !== 'boolean')
      check.error(`${place}/Condition`, 'Expected a JSONata expression, {% … %}')
    const next = check.text(each, 'Next', place)
    return condition && next !== undefined ? [{ condition, next, ...leaves(check, each, place) }] : []
  })
  return {
    type: 'Choice',
    name,
    choices,
    default: check.text(fields, 'Default', at),
    ...leaves(check, fields, at),
  }
}

function wait(check: Check, name: string, fields: Fields, at: string): WaitState {
  if ((fields.Seconds === undefined) === (fields.Timestamp === undefined))
    check.error(at, 'Exactly one of these fields is required: [Seconds, Timestamp]')
  return {
    type: 'Wait',
    name,
    seconds: check.numberOrExpression(fields, 'Seconds', at, { least: 0, most: mostSeconds }),
    timestamp: check.textOrExpression(fields, 'Timestamp', at),
    ...continues(check, fields, at),
  }
}

function parallel(check: Check, name: string, fields: Fields, at: string, names: Set<string>): ParallelState {
  const branches = check.list(fields, 'Branches', at).map((each, index) => {
    const place = `${at}/Branches[${index}]`
    check.fields(each, place, ['Comment', 'StartAt', 'States'], ['States', 'StartAt'])
    return region(check, each, place, names)
  })
  return {
    type: 'Parallel',
    name,
    arguments: check.template(fields, 'Arguments', at),
    branches,
    retry: retriers(check, fields, at),
    catch: catchers(check, fields, at),
    ...continues(check, fields, at),
  }
}

function map(check: Check, name: string, fields: Fields, at: string, names: Set<string>): MapState {
  const place = `${at}/ItemProcessor`
  const processor = check.object(fields, 'ItemProcessor', at) ?? {}
  check.fields(processor, place, ['Comment', 'ProcessorConfig', 'StartAt', 'States'], ['States', 'StartAt'])
  const config = check.object(processor, 'ProcessorConfig', place)
  if (config?.Mode !== undefined && config.Mode !== 'INLINE')
    check.error(
      `${place}/ProcessorConfig/Mode`,
      `Map in mode ${JSON.stringify(config.Mode)} is not supported; only INLINE is`,
    )
  const items = check.template(fields, 'Items', at)
  if (items?.kind === 'constant' && typeof items.value !== 'object')
    check.error(`${at}/Items`, 'Expected value of type Array, Object or a JSONata expression')
  const count = { least: 0, most: Number.MAX_SAFE_INTEGER }
  return {
    type: 'Map',
    name,
    items,
    itemSelector: check.template(fields, 'ItemSelector', at),
    maxConcurrency: check.numberOrExpression(fields, 'MaxConcurrency', at, count),
    toleratedFailureCount: check.numberOrExpression(fields, 'ToleratedFailureCount', at, count),
    toleratedFailurePercentage: check.numberOrExpression(fields, 'ToleratedFailurePercentage', at, {
      integer: false,
      least: 0,
      most: 100,
    }),
    processor: region(check, processor, place, names),
    retry: retriers(check, fields, at),
    catch: catchers(check, fields, at),
    ...continues(check, fields, at),
  }
}
