import {
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type ValueNode,
} from 'graphql'
import { scalars } from '../schema/scalars.ts'

/** What the arguments of a field are. Validation has seen the literals, coercion the variables: nothing can fail. */
export function argumentValues(
  definitions: readonly GraphQLArgument[],
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const definition of definitions) {
    const given = node.arguments?.find((argument) => argument.name.value === definition.name)
    const value = given && literalValue(given.value, definition.type, variables)
    if (value !== undefined) values[definition.name] = value
    else if (definition.defaultValue !== undefined) values[definition.name] = definition.defaultValue
  }
  return values
}

/** Undefined for a variable that was not given. */
export function literalValue(
  node: ValueNode,
  type: GraphQLInputType,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  if (node.kind === Kind.VARIABLE) return variables[node.name.value]
  if (isNonNullType(type)) return literalValue(node, type.ofType, variables)
  if (node.kind === Kind.NULL) return null
  if (isListType(type)) {
    const nodes = node.kind === Kind.LIST ? node.values : [node]
    return nodes.map((each) => literalValue(each, type.ofType, variables) ?? null)
  }
  if (isInputObjectType(type)) {
    if (node.kind !== Kind.OBJECT) return undefined
    const result: Record<string, unknown> = {}
    for (const field of Object.values(type.getFields())) {
      const given = node.fields.find((each) => each.name.value === field.name)
      const value = given && literalValue(given.value, field.type, variables)
      if (value !== undefined) result[field.name] = value
      else if (field.defaultValue !== undefined) result[field.name] = field.defaultValue
    }
    return result
  }
  if (isScalarType(type)) return scalars[type.name]?.parseLiteral(node)
  return node.kind === Kind.ENUM ? node.value : undefined
}
