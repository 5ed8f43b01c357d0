import {
  isRequiredArgument,
  specifiedDirectives,
  type DirectiveNode,
  type FieldNode,
  type GraphQLArgument,
} from 'graphql'
import type { RuleContext, Rule } from './rule.ts'
import { wrongLiteral } from './literal.ts'

const argumentsOfCorrectType: Rule = ({ graphql, report }) => ({
  Argument(argument) {
    const definition = graphql.getArgument()
    const wrong = definition && wrongLiteral(argument.name.value, argument.value, definition.type)
    if (wrong !== undefined && wrong !== null) report('WrongType', wrong, argument)
  },
})

const knownArgumentNames: Rule = ({ graphql, report }) => ({
  Argument(argument) {
    const name = argument.name.value
    if (graphql.getArgument()) return
    const directive = graphql.getDirective()
    if (directive) report('UnknownDirective', `Unknown directive argument ${name}`, argument)
    else if (graphql.getFieldDef()) report('UnknownArgument', `Unknown field argument ${name}`, argument)
  },
})

const providedNonNullArguments: Rule = (context) => ({
  Field(field) {
    const missing = missingArguments(context.graphql.getFieldDef()?.args ?? [], field)
    for (const name of missing)
      context.report('MissingFieldArgument', `Missing field argument ${name}`, field)
  },
  Directive(directive) {
    for (const name of missingOfDirective(context, directive))
      context.report('MissingDirectiveArgument', `Missing directive argument ${name}`, directive)
  },
})

function missingOfDirective({ graphql }: RuleContext, node: DirectiveNode): string[] {
  const known = [...graphql.getSchema().getDirectives(), ...specifiedDirectives]
  return missingArguments(known.find((each) => each.name === node.name.value)?.args ?? [], node)
}

function missingArguments(
  definitions: readonly GraphQLArgument[],
  node: FieldNode | DirectiveNode,
): string[] {
  const given = new Set(node.arguments?.map((argument) => argument.name.value))
  return definitions
    .filter((each) => isRequiredArgument(each) && !given.has(each.name))
    .map((each) => each.name)
}

export const argumentRules = [argumentsOfCorrectType, knownArgumentNames, providedNonNullArguments]
