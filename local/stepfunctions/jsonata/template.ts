import type { Json } from '../json.ts'
import { isObject } from '../json.ts'
import { QueryError } from '../stateError.ts'
import { evaluationMessage, UnsupportedResult, type Bindings, type Expression } from './expression.ts'

/** A JSON value in a definition whose strings may be expressions, `{% … %}`, made ready to evaluate. */
export type Template =
  | { readonly kind: 'constant'; readonly value: Json }
  | {
      readonly kind: 'expression'
      readonly source: string
      readonly location: string
      readonly expression: Expression
    }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Template])[] }
  | { readonly kind: 'list'; readonly items: readonly Template[] }

/** The text between `{%` and `%}`; undefined for a string that is not an expression as a whole. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4
    ? text.slice(2, -2).trim()
    : undefined
}

/**
 * Compiles every expression in `value`. `location` is the field's path, e.g. `Arguments`; `compile` throws what
 * JSONata's parser throws, and gets the expression's own location.
 */
export function template(
  value: unknown,
  location: string,
  compile: (source: string, location: string) => Expression,
): Template {
  if (typeof value === 'string') {
    const source = expressionIn(value)
    if (source === undefined) return { kind: 'constant', value }
    return { kind: 'expression', source, location, expression: compile(source, location) }
  }
  if (Array.isArray(value)) {
    const items = value.map((each, at) => template(each, `${location}[${at}]`, compile))
    const constants = items.flatMap((each) => (each.kind === 'constant' ? [each.value] : []))
    return constants.length === items.length
      ? { kind: 'constant', value: constants }
      : { kind: 'list', items }
  }
  if (!isObject(value)) return { kind: 'constant', value: value as Json }
  const members = Object.entries(value).map(
    ([name, each]) => [name, template(each, `${location}/${name}`, compile)] as const,
  )
  if (members.every(([, each]) => each.kind === 'constant')) return { kind: 'constant', value: value as Json }
  return { kind: 'object', members }
}

/** Rejects with QueryError when an expression fails, gives nothing, or gives what is no JSON. */
export async function fill(filled: Template, bindings: Bindings): Promise<Json> {
  switch (filled.kind) {
    case 'constant':
      return filled.value
    case 'expression':
      return evaluate(filled, bindings)
    case 'list':
      return Promise.all(filled.items.map((each) => fill(each, bindings)))
    case 'object': {
      const values = await Promise.all(filled.members.map(([, each]) => fill(each, bindings)))
      return Object.fromEntries(filled.members.map(([name], at) => [name, values[at] ?? null]))
    }
  }
}

async function evaluate(from: Template & { kind: 'expression' }, bindings: Bindings): Promise<Json> {
  const about = `The JSONata expression '${from.source}' specified for the field '${from.location}'`
  let result: Json | undefined
  try {
    result = await from.expression.evaluate(bindings)
  } catch (thrown) {
    if (thrown instanceof UnsupportedResult || thrown instanceof RangeError)
      throw new QueryError(`${about} returned an unsupported result type.`, from.location)
    throw new QueryError(
      `${about} threw an error during evaluation. ${evaluationMessage(thrown)}`,
      from.location,
    )
  }
  if (result === undefined) throw new QueryError(`${about} returned nothing (undefined).`, from.location)
  return result
}

/** What JSONata calls the type of a value. */
function typeName(value: Json): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** The failure AWS reports when a field's value has another type than the field takes. */
export function wrongType(from: Template, location: string, expected: string, value: Json): QueryError {
  const source = from.kind === 'expression' ? from.source : JSON.stringify(value)
  return new QueryError(
    `The JSONata expression '${source}' specified for the field '${location}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    location,
  )
}
