import { isObject } from './json.ts'
import type { ParameterValue } from './parameters.ts'

/** What the intrinsic functions of one stack's template can reach. `path` says where in the template they stand. */
export interface Scope {
  /** Value of a parameter, pseudo parameter or resource; undefined for AWS::NoValue. */
  ref(name: string, path: string): ParameterValue | undefined
  attribute(logicalId: string, name: string, path: string): string
  imported(exportName: string, path: string): string
  condition(name: string, path: string): boolean
  mapping(name: string): unknown
}

type Intrinsic = (argument: unknown, scope: Scope, path: string) => unknown

/**
 * `value` with every intrinsic function in it resolved. A member or element that resolves to AWS::NoValue is left
 * out. `Condition` is no function here: in a property it is a key of an IAM statement.
 */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  if (typeof value === 'string') return withoutDynamicReference(value, path)
  if (Array.isArray(value))
    return value
      .map((item: unknown, index) => resolve(item, scope, `${path}[${index}]`))
      .filter((item) => item !== undefined)
  if (!isObject(value)) return value
  const functions = Object.keys(value).filter((key) => key === 'Ref' || key.startsWith('Fn::'))
  const [name] = functions
  if (name === undefined) return resolveMembers(value, scope, path)
  const intrinsic = intrinsics[name]
  if (intrinsic === undefined) throw new Error(`${path}: ${name} is not supported`)
  if (Object.keys(value).length > 1)
    throw new Error(`${path}: ${name} must stand alone in its object, beside no ${otherKey(value, name)}`)
  return intrinsic(value[name], scope, `${path}.${name}`)
}

function resolveMembers(value: Record<string, unknown>, scope: Scope, path: string): Record<string, unknown> {
  const resolved: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    const result = resolve(member, scope, `${path}.${key}`)
    if (result !== undefined) resolved[key] = result
  }
  return resolved
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, path) => scope.ref(literal(argument, path), path),

  'Fn::GetAtt': (argument, scope, path) => {
    const [logicalId, ...rest] = typeof argument === 'string' ? argument.split('.') : list(argument, path)
    const name = rest.map((part) => text(resolve(part, scope, path), path)).join('.')
    if (name === '') throw new Error(`${path} takes a logical id and an attribute`)
    return scope.attribute(literal(logicalId, path), name, path)
  },

  'Fn::Join': (argument, scope, path) => {
    const [delimiter, values] = exactly(2, argument, path)
    return textList(resolve(values, scope, path), path).join(literal(delimiter, path))
  },

  'Fn::Sub': (argument, scope, path) => {
    const [template, given] = typeof argument === 'string' ? [argument, {}] : exactly(2, argument, path)
    if (!isObject(given)) throw new Error(`${path} takes a text and an object of variables`)
    return withoutDynamicReference(substitute(literal(template, path), given, scope, path), path)
  },

  'Fn::ImportValue': (argument, scope, path) =>
    scope.imported(text(resolve(argument, scope, path), path), path),

  'Fn::Select': (argument, scope, path) => {
    const [index, values] = exactly(2, argument, path)
    const position = text(resolve(index, scope, path), path)
    const chosen = list(resolve(values, scope, path), path)[Number(position)]
    if (chosen === undefined) throw new Error(`${path} cannot select nonexistent value at index ${position}`)
    return chosen
  },

  'Fn::Split': (argument, scope, path) => {
    const [delimiter, source] = exactly(2, argument, path)
    return text(resolve(source, scope, path), path).split(literal(delimiter, path))
  },

  'Fn::FindInMap': (argument, scope, path) => {
    const keys = exactly(3, argument, path).map((key) => text(resolve(key, scope, path), path))
    const [map = '', top = '', second = ''] = keys
    const mapping = scope.mapping(map)
    const row = isObject(mapping) ? mapping[top] : undefined
    const found = isObject(row) ? row[second] : undefined
    if (found === undefined) throw new Error(`${path}: no mapping ${map}, ${top}, ${second}`)
    return found
  },

  'Fn::Base64': (argument, scope, path) =>
    Buffer.from(text(resolve(argument, scope, path), path)).toString('base64'),

  'Fn::If': (argument, scope, path) => {
    const [condition, yes, no] = exactly(3, argument, path)
    const holds = scope.condition(literal(condition, path), path)
    return resolve(holds ? yes : no, scope, path)
  },
}

/** Replaces `${Name}`, `${Id.Attribute}` and `${AWS::Region}`; `${!Literal}` stands for `${Literal}`. */
function substitute(template: string, given: Record<string, unknown>, scope: Scope, path: string): string {
  return template.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    const name = inner.trim()
    if (inner.startsWith('!')) return `\${${inner.slice(1)}}`
    if (Object.hasOwn(given, name)) return text(resolve(given[name], scope, path), path)
    const [logicalId, ...attribute] = name.split('.')
    return attribute.length === 0
      ? text(scope.ref(name, path), path)
      : scope.attribute(String(logicalId), attribute.join('.'), path)
  })
}

function withoutDynamicReference(value: string, path: string): string {
  if (!value.includes('{{resolve:')) return value
  throw new Error(`${path}: the dynamic reference ${value} is not supported`)
}

/** CloudFormation writes numbers and booleans out where it needs text; anything else is a fault of the template. */
export function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`${path} needs text, not ${shown(value)}`)
}

function textList(value: unknown, path: string): string[] {
  return list(value, path).map((item) => text(item, path))
}

function literal(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  throw new Error(`${path} needs a literal text, not ${shown(value)}`)
}

function list(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value
  throw new Error(`${path} needs a list, not ${shown(value)}`)
}

function exactly(count: number, value: unknown, path: string): unknown[] {
  const values = list(value, path)
  if (values.length === count) return values
  throw new Error(`${path} takes ${count} elements, not ${values.length}`)
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

function otherKey(value: Record<string, unknown>, name: string): string {
  return Object.keys(value)
    .filter((key) => key !== name)
    .join(', ')
}
