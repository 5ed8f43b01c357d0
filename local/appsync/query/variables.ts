import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  typeFromAST,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql'
import { javaClass, javaText } from '../schema/javaValue.ts'
import { CoercionError, scalars } from '../schema/scalars.ts'
import { locationOf, requestError, type ErrorEntry } from './errors.ts'
import { literalValue } from './arguments.ts'

export type Variables = Record<string, unknown>

/** A variable that does not fit; ends the request. */
class VariableRefused extends Error {}

/**
 * Coerces the variables of an operation as graphql-java does: the first that does not fit refuses the request.
 * Messages of nested input fields name the outer variable when a value is missing, the field when it is wrong.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): { values: Variables } | { error: ErrorEntry } {
  const values: Variables = {}
  for (const definition of operation.variableDefinitions ?? []) {
    try {
      const outcome = coerceVariable(schema, definition, given)
      if (outcome) values[definition.variable.name.value] = outcome.value
    } catch (error) {
      if (error instanceof VariableRefused)
        return { error: requestError(error.message, locationOf(definition)) }
      throw error
    }
  }
  return { values }
}

function coerceVariable(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): { value: unknown } | undefined {
  const name = definition.variable.name.value
  const type = typeFromAST(schema, definition.type) as GraphQLInputType
  const value = Object.hasOwn(given, name) ? given[name] : undefined
  if (value === undefined || (value === null && definition.defaultValue)) {
    if (definition.defaultValue) return { value: literalValue(definition.defaultValue, type, {}) }
    if (isNonNullType(type)) throw new VariableRefused(missing(name, type))
    return undefined
  }
  return { value: coerce(name, name, type, value) }
}

const missing = (variable: string, type: GraphQLInputType): string =>
  `Variable '${variable}' has coerced Null value for NonNull type '${type.toString()}'`

/** `variable` is the outer name, `name` that of the innermost field. */
function coerce(variable: string, name: string, type: GraphQLInputType, value: unknown): unknown {
  if (isNonNullType(type)) {
    if (value === null || value === undefined) throw new VariableRefused(missing(variable, type))
    return coerce(variable, name, type.ofType, value)
  }
  if (value === null || value === undefined) return null
  if (isListType(type)) {
    const list: unknown[] = Array.isArray(value) ? value : [value]
    return list.map((each) => coerce(variable, name, type.ofType, each))
  }
  if (isInputObjectType(type)) return coerceObject(variable, name, type, value)
  try {
    if (isScalarType(type)) return scalars[type.name]?.parseValue(value)
    if (isEnumType(type) && (typeof value !== 'string' || !type.getValue(value)))
      throw new CoercionError(
        `Invalid input for Enum '${type.name}'. No value found for name '${javaText(value)}'`,
      )
    return value
  } catch (error) {
    if (error instanceof CoercionError)
      throw new VariableRefused(`Variable '${name}' has an invalid value. ${error.message}`)
    throw error
  }
}

function coerceObject(variable: string, name: string, type: GraphQLInputObjectType, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new VariableRefused(
      `Variable '${name}' has an invalid value. Expected type 'Map' but was '${javaClass(value)}'. ` +
        "Variables for input objects must be an instance of type 'Map'.",
    )
  const fields = type.getFields()
  for (const key of Object.keys(value))
    if (!Object.hasOwn(fields, key))
      throw new VariableRefused(
        `The variables input contains a field name '${key}' that is not defined for input object type '${type.name}' `,
      )
  const given = value as Record<string, unknown>
  const result: Record<string, unknown> = {}
  for (const field of Object.values(fields)) {
    if (!Object.hasOwn(given, field.name) && field.defaultValue === undefined && !isNonNullType(field.type))
      continue
    const plain = Object.hasOwn(given, field.name) ? given[field.name] : field.defaultValue
    result[field.name] = Object.hasOwn(given, field.name)
      ? coerce(variable, field.name, field.type, plain)
      : coerceDefault(variable, field, plain)
  }
  return result
}

/** Defaults of the schema are coerced already; only their absence can be wrong. */
function coerceDefault(variable: string, field: { type: GraphQLInputType }, value: unknown): unknown {
  if (value === undefined) throw new VariableRefused(missing(variable, field.type))
  return value
}
