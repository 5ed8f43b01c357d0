import { resolve, text } from './intrinsics.ts'
import { isObject, onlyMember } from './json.ts'
import type { Stack } from './assembly.ts'
import type { Scope } from './intrinsics.ts'
import type { ParameterValue } from './parameters.ts'

/** Answers whether a condition of the template holds, by name; `path` says who asks. */
export type Conditions = (name: string, path: string) => boolean

/** The `Conditions` section of a stack, over its parameters and mappings; each is evaluated once, when first asked for. */
export function conditionsOf(
  { name: stack, template }: Stack,
  values: ReadonlyMap<string, ParameterValue>,
): Conditions {
  const declared = template.Conditions
  const known = new Map<string, boolean>()
  const underWay = new Set<string>()
  const holds: Conditions = (name, path) => {
    const before = known.get(name)
    if (before !== undefined) return before
    if (!Object.hasOwn(declared, name)) throw new Error(`${path}: Unresolved condition dependency ${name}`)
    if (underWay.has(name)) throw new Error(`${path}: Circular condition ${[...underWay, name].join(' -> ')}`)
    underWay.add(name)
    const result = evaluate(declared[name], scope, `${stack}/Conditions.${name}`)
    underWay.delete(name)
    known.set(name, result)
    return result
  }
  const scope: Scope = {
    ref(parameter, path) {
      const value = values.get(parameter)
      if (value === undefined)
        throw new Error(`${path}: a condition can name parameters only, not ${parameter}`)
      return value
    },
    attribute: (_id, _name, path) => refuse(path, 'Fn::GetAtt'),
    imported: (_name, path) => refuse(path, 'Fn::ImportValue'),
    condition: holds,
    mapping: (map) => template.Mappings[map],
  }
  return holds
}

function refuse(path: string, what: string): never {
  throw new Error(`${path}: a condition cannot use ${what}`)
}

function evaluate(expression: unknown, scope: Scope, path: string): boolean {
  const [name, argument] = (isObject(expression) ? onlyMember(expression) : undefined) ?? []
  const all = (most: number): boolean[] => {
    if (!Array.isArray(argument) || argument.length < 1 || argument.length > most)
      throw new Error(`${path}.${name}: takes a list of 1 to ${most} conditions`)
    return argument.map((each) => evaluate(each, scope, `${path}.${name}`))
  }
  switch (name) {
    case 'Condition':
      return scope.condition(text(argument, path), path)
    case 'Fn::Equals': {
      if (!Array.isArray(argument) || argument.length !== 2)
        throw new Error(`${path}.${name}: takes two values`)
      const [left, right] = argument.map((value: unknown) => resolve(value, scope, `${path}.${name}`))
      return comparable(left) === comparable(right)
    }
    case 'Fn::And':
      return all(10).every(Boolean)
    case 'Fn::Or':
      return all(10).some(Boolean)
    case 'Fn::Not':
      return !all(1)[0]
    default:
      throw new Error(`${path}: ${name ?? JSON.stringify(expression)} is not supported as a condition`)
  }
}

/** Values are compared as text: a Number parameter equals the number written the same way. */
function comparable(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
