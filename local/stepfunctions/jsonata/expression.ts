import jsonata from 'jsonata'
import { isObject, type Json } from '../json.ts'
import { extensions } from './functions.ts'

/** What is bound while a state is evaluated: `states`, and every variable in scope. */
export type Bindings = Readonly<Record<string, unknown>>

export interface Expression {
  /** Rejects with what JSONata throws, or with UnsupportedResult; undefined when the expression gives nothing. */
  evaluate(bindings: Bindings): Promise<Json | undefined>
}

/** The result holds something that is no JSON, such as a function. */
export class UnsupportedResult extends Error {}

/** Nested calls after which an expression is given up, and the longest list it may build. */
const limits = { stack: 300, sequence: 100_000 }

/**
 * Compiles expressions, each text once. `random` feeds `$random()`; after `timeout` milliseconds an expression is given
 * up: long enough that a stall of the machine is not taken for an endless loop.
 */
export function compiler(random: () => number, timeout = 5000): (source: string) => Expression {
  const compiled = new Map<string, Expression>()
  const functions = Object.entries(extensions(random))
  return (source) => {
    const known = compiled.get(source)
    if (known) return known
    const program = jsonata(source, { ...limits, timeout })
    for (const [name, [implementation, signature]] of functions)
      program.registerFunction(name, implementation, signature)
    const expression: Expression = {
      async evaluate(bindings) {
        const result: unknown = await program.evaluate(undefined, bindings)
        return result === undefined ? undefined : plain(result)
      },
    }
    compiled.set(source, expression)
    return expression
  }
}

/**
 * A copy that shares nothing: JSONata's results alias its input, and its lists carry hidden properties. Members
 * that are undefined go, as in JSON.
 */
function plain(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return value.filter((each) => each !== undefined).map(plain)
  if (!isObject(value) || '_jsonata_lambda' in value || '_jsonata_function' in value)
    throw new UnsupportedResult()
  const copy: Record<string, Json> = {}
  for (const [name, each] of Object.entries(value))
    if (each !== undefined)
      if (name === '__proto__') Object.defineProperty(copy, name, { value: plain(each), enumerable: true })
      else copy[name] = plain(each)
  return copy
}

/** JSONata's own message with its code, e.g. `T1006: Attempted to invoke a non-function`. */
export function evaluationMessage(thrown: unknown): string {
  if (!isObject(thrown)) return String(thrown)
  const message = typeof thrown.message === 'string' ? thrown.message : 'unknown'
  return typeof thrown.code === 'string' ? `${thrown.code}: ${message}` : message
}
