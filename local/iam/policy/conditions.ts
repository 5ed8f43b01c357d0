import { operatorNamed } from './operators.ts'
import { isKnownKey } from './request-keys.ts'
import { isObject, texts } from './shape.ts'
import type { RequestKeys } from './request-keys.ts'

/** One key under one operator of a statement's Condition; all of a statement's must hold. */
export interface Condition {
  /** Every key that it looks at, lower-cased. */
  readonly keys: readonly string[]
  holds(request: RequestKeys): boolean
}

/** Compiles a statement's Condition. Throws an Error naming an operator, key or value that cannot be evaluated. */
export function conditionsOf(block: unknown, variables: boolean, where: string): Condition[] {
  if (block === undefined) return []
  if (!isObject(block)) throw new Error(`${where}: Condition is not an object`)
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw new Error(`${where}: Condition ${operator} is not an object`)
    return Object.entries(keys).map(([key, value]) => {
      const at = `${where}: Condition ${operator} ${key}`
      if (!isKnownKey(key)) throw new Error(`${at}: this condition key is not supported`)
      return condition(operator, key.toLowerCase(), texts(value, at), variables, at)
    })
  })
}

function condition(
  full: string,
  key: string,
  values: readonly string[],
  variables: boolean,
  at: string,
): Condition {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(full) ?? []
  if (name === 'Null' && set === undefined && ifExists === undefined) return absence(key, values, at)
  const found = operatorNamed(name)
  if (found === undefined) throw new Error(`${at}: the condition operator ${full} is not supported`)
  const { operator, negated } = found
  const matchers = values.map((value) => {
    try {
      return operator(value, variables)
    } catch (error) {
      throw new Error(`${at}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  })
  return {
    keys: [key, ...matchers.flatMap((matcher) => matcher.keys)],
    holds(request) {
      const given = request(key)
      // What AWS documents for a key that the request lacks: ForAllValues holds, ForAnyValue does not.
      if (given === undefined || given.length === 0)
        return set === 'ForAllValues' || (set === undefined && (negated || ifExists !== undefined))
      const fits = (value: string): boolean =>
        matchers.some((matcher) => matcher.matches(value, request)) !== negated
      const every = set === 'ForAllValues' || (set === undefined && negated)
      return every ? given.every(fits) : given.some(fits)
    },
  }
}

/** `Null: {key: true}` holds when the request lacks the key, `false` when it has it. */
function absence(key: string, values: readonly string[], at: string): Condition {
  if (values.some((value) => value !== 'true' && value !== 'false'))
    throw new Error(`${at}: ${values.join(', ')} is neither true nor false`)
  return { keys: [key], holds: (request) => values.includes(String(request(key) === undefined)) }
}
