import { isObject } from './json.ts'
import type { Stack } from './assembly.ts'

/** What `Ref` answers for a parameter: CloudFormation hands every scalar on as a string. */
export type ParameterValue = string | readonly string[]

const listTypes = ['CommaDelimitedList', 'List<Number>']
const types = ['String', 'Number', ...listTypes]

/** CDK's bootstrap check: looked up in SSM when deployed and used by `Rules` alone. */
const ignored = 'BootstrapVersion'

/**
 * Values of a stack's parameters by name: what was given, else the default. `given` names them as the CDK CLI does,
 * `Name` or `Stack:Name`. Throws what CloudFormation would refuse.
 */
export function parameterValues(
  stack: Stack,
  given: Readonly<Record<string, string>>,
): Map<string, ParameterValue> {
  const values = new Map<string, ParameterValue>()
  for (const [name, declared] of Object.entries(stack.template.Parameters)) {
    if (name === ignored) continue
    const parameter = isObject(declared) ? declared : {}
    const value = given[`${stack.name}:${name}`] ?? given[name] ?? text(parameter.Default)
    if (value === undefined) throw new Error(`${stack.name}: Parameters: [${name}] must have values`)
    values.set(name, checked(`${stack.name}: Parameter '${name}'`, parameter, value))
  }
  return values
}

/** Throws when a parameter was given that no stack declares. */
export function refuseUnknownParameters(
  stacks: readonly Stack[],
  given: Readonly<Record<string, string>>,
): void {
  const declared = stacks.flatMap(({ name: stack, template }) =>
    Object.keys(template.Parameters).map((name) => ({ stack, name })),
  )
  const known = new Set(declared.flatMap(({ stack, name }) => [name, `${stack}:${name}`]))
  const unknown = Object.keys(given).filter((name) => !known.has(name))
  if (unknown.length === 0) return
  const names = [...new Set(declared.map(({ name }) => name))].filter((name) => name !== ignored).sort()
  const there = names.length === 0 ? ', which has none.' : `. There are: ${names.join(', ')}.`
  throw new Error(`Parameters: [${unknown.join(', ')}] do not exist in the template${there}`)
}

function checked(what: string, parameter: Record<string, unknown>, value: string): ParameterValue {
  const type = text(parameter.Type) ?? 'String'
  if (!types.includes(type)) throw new Error(`${what}: type ${type} is not supported`)
  if (value.includes('{{resolve:')) throw new Error(`${what}: dynamic references are not supported`)
  const values = listTypes.includes(type) ? value.split(',').map((item) => item.trim()) : [value]
  for (const item of values) {
    const broken = brokenConstraint(parameter, type.includes('Number'), item)
    if (broken === undefined) continue
    const because = text(parameter.ConstraintDescription)
    const message = because === undefined ? broken : `failed to satisfy constraint: ${because}`
    throw new Error(`${what} ${message}${parameter.NoEcho === true ? '' : ` (it is '${item}')`}`)
  }
  return listTypes.includes(type) ? values : value
}

function brokenConstraint(
  parameter: Record<string, unknown>,
  isNumber: boolean,
  value: string,
): string | undefined {
  const { AllowedValues: allowed, AllowedPattern: pattern } = parameter
  const limit = (name: string): number => Number(text(parameter[name]) ?? NaN)
  if (isNumber && (value.trim() === '' || Number.isNaN(Number(value)))) return 'must be a number'
  if (isNumber && Number(value) < limit('MinValue'))
    return `must be a number not less than ${limit('MinValue')}`
  if (isNumber && Number(value) > limit('MaxValue'))
    return `must be a number not greater than ${limit('MaxValue')}`
  if (value.length < limit('MinLength')) return `must contain at least ${limit('MinLength')} characters`
  if (value.length > limit('MaxLength')) return `must contain at most ${limit('MaxLength')} characters`
  if (typeof pattern === 'string' && !new RegExp(`^(?:${pattern})$`).test(value))
    return `must match pattern ${pattern}`
  if (Array.isArray(allowed) && !allowed.map(text).includes(value)) return 'must be one of AllowedValues'
  return undefined
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}
