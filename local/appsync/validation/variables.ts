import {
  isInputType,
  isNonNullType,
  Kind,
  parseType,
  print,
  typeFromAST,
  type TypeNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql'
import { javaNode, wrongLiteral } from './literal.ts'
import type { Rule } from './rule.ts'

const knownTypeNames: Rule = ({ graphql, report }) => ({
  NamedType(node) {
    if (!graphql.getSchema().getType(node.name.value))
      report('UnknownType', `Unknown type ${node.name.value}`, node)
  },
})

const variablesAreInputTypes: Rule = ({ graphql, report }) => ({
  VariableDefinition(definition) {
    const type = typeFromAST(graphql.getSchema(), definition.type)
    if (type && !isInputType(type)) report('NonInputTypeOnVariable', 'Wrong type for a variable', definition)
  },
})

const defaultsOfCorrectType: Rule = ({ graphql, report }) => ({
  VariableDefinition(definition) {
    const type = typeFromAST(graphql.getSchema(), definition.type)
    const value = definition.defaultValue
    if (!value || !isInputType(type)) return
    if (isNonNullType(type))
      report('DefaultForNonNullArgument', 'Missing value for non null type', definition)
    if (wrongLiteral('', value, type) !== undefined)
      report(
        'BadValueForDefaultArg',
        `Bad default value ${javaNode(value)} for type ${type.toString()}`,
        definition,
      )
  },
})

const noUnusedVariables: Rule = ({ graphql, report }) => ({
  OperationDefinition: {
    leave(operation) {
      const used = new Set(graphql.getRecursiveVariableUsages(operation).map(({ node }) => node.name.value))
      for (const each of operation.variableDefinitions ?? [])
        if (!used.has(each.variable.name.value))
          report('UnusedVariable', `Unused variable ${each.variable.name.value}`, each)
    },
  },
})

/** Uses in the operation itself are judged where they stand, so that their fields are named; those in fragments at its start. */
const variableUses: Rule = ({ graphql, report }) => {
  /** Types by variable, as text; empty for one that is unknown. */
  const types = new Map<string, string>()
  let insideOperation = false
  const judge = (node: VariableNode, expected: string | undefined): void => {
    const text = types.get(node.name.value)
    if (text === undefined) {
      report('UndefinedVariable', `Undefined variable ${node.name.value}`, node)
      return
    }
    if (text !== '' && expected !== undefined && !matches(parseType(text), parseType(expected)))
      report(
        'VariableTypeMismatch',
        `Variable type '${text}' doesn't match expected type '${expected}'`,
        node,
      )
  }
  return {
    OperationDefinition: {
      enter(operation) {
        insideOperation = true
        types.clear()
        for (const each of operation.variableDefinitions ?? [])
          types.set(
            each.variable.name.value,
            typeFromAST(graphql.getSchema(), each.type) ? effectiveType(each) : '',
          )
        for (const fragment of graphql.getRecursivelyReferencedFragments(operation))
          for (const { node, type } of graphql.getVariableUsages(fragment)) judge(node, type?.toString())
      },
      leave() {
        insideOperation = false
      },
    },
    VariableDefinition: () => false,
    Variable(node) {
      if (insideOperation) judge(node, graphql.getInputType()?.toString())
    },
  }
}

/** A default value makes up for a variable that may be null. */
function effectiveType({ type, defaultValue }: VariableDefinitionNode): string {
  return defaultValue && type.kind !== Kind.NON_NULL_TYPE ? `${print(type)}!` : print(type)
}

function matches(actual: TypeNode, expected: TypeNode): boolean {
  if (expected.kind === Kind.NON_NULL_TYPE)
    return actual.kind === Kind.NON_NULL_TYPE && matches(actual.type, expected.type)
  if (actual.kind === Kind.NON_NULL_TYPE) return matches(actual.type, expected)
  if (actual.kind === Kind.LIST_TYPE)
    return expected.kind === Kind.LIST_TYPE && matches(actual.type, expected.type)
  return expected.kind === Kind.NAMED_TYPE && actual.name.value === expected.name.value
}

export const variableRules = [
  knownTypeNames,
  variablesAreInputTypes,
  defaultsOfCorrectType,
  noUnusedVariables,
  variableUses,
]
