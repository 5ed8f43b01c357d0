import {
  doTypesOverlap,
  isCompositeType,
  Kind,
  typeFromAST,
  visit,
  type ASTNode,
  type FragmentSpreadNode,
} from 'graphql'
import type { Rule } from './rule.ts'

const fragmentsOnCompositeType: Rule = ({ graphql, report }) => ({
  InlineFragment(fragment) {
    const type = fragment.typeCondition && typeFromAST(graphql.getSchema(), fragment.typeCondition)
    if (type && !isCompositeType(type))
      report(
        'InlineFragmentTypeConditionInvalid',
        'Inline fragment type condition is invalid, must be on Object/Interface/Union',
        fragment,
      )
  },
  FragmentDefinition(fragment) {
    const type = typeFromAST(graphql.getSchema(), fragment.typeCondition)
    if (type && !isCompositeType(type))
      report(
        'FragmentTypeConditionInvalid',
        'Fragment type condition is invalid, must be on Object/Interface/Union',
        fragment,
      )
  },
})

const knownFragmentNames: Rule = ({ graphql, report }) => ({
  FragmentSpread(spread) {
    if (!graphql.getFragment(spread.name.value))
      report('UndefinedFragment', `Undefined fragment ${spread.name.value}`, spread)
  },
})

const noFragmentCycles: Rule = ({ graphql, report }) => ({
  FragmentDefinition(fragment) {
    const seen = new Set<string>()
    const leadsBack = (name: string): boolean => {
      const definition = graphql.getFragment(name)
      if (!definition || seen.has(name)) return false
      seen.add(name)
      return spreads(definition).some(
        ({ name: { value } }) => value === fragment.name.value || leadsBack(value),
      )
    }
    if (leadsBack(fragment.name.value)) report('FragmentCycle', 'Fragment cycles not allowed', fragment)
  },
})

function spreads(node: ASTNode): FragmentSpreadNode[] {
  const found: FragmentSpreadNode[] = []
  visit(node, { FragmentSpread: (spread) => void found.push(spread) })
  return found
}

const noUnusedFragments: Rule = ({ graphql, report }) => ({
  Document: {
    leave(document) {
      const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION)
      const used = new Set(operations.flatMap((each) => graphql.getRecursivelyReferencedFragments(each)))
      for (const each of document.definitions)
        if (each.kind === Kind.FRAGMENT_DEFINITION && !used.has(each))
          report('UnusedFragment', `Unused fragment ${each.name.value}`, each)
    },
  },
})

const possibleFragmentSpreads: Rule = ({ graphql, report }) => ({
  InlineFragment(fragment) {
    const [type, parent] = [graphql.getType(), graphql.getParentType()]
    if (
      !isCompositeType(type) ||
      !isCompositeType(parent) ||
      doTypesOverlap(graphql.getSchema(), type, parent)
    )
      return
    const message = `Fragment cannot be spread here as objects of type ${parent.name} can never be of type ${type.name}`
    report('InvalidFragmentType', message, fragment)
  },
  FragmentSpread(spread) {
    const name = spread.name.value
    const fragment = graphql.getFragment(name)
    const type = fragment && typeFromAST(graphql.getSchema(), fragment.typeCondition)
    const parent = graphql.getParentType()
    if (
      !isCompositeType(type) ||
      !isCompositeType(parent) ||
      doTypesOverlap(graphql.getSchema(), type, parent)
    )
      return
    const message = `Fragment ${name} cannot be spread here as objects of type ${parent.name} can never be of type ${type.name}`
    report('InvalidFragmentType', message, spread)
  },
})

const uniqueFragmentNames: Rule = ({ report }) => {
  const seen = new Set<string>()
  return {
    FragmentDefinition(fragment) {
      const name = fragment.name.value
      if (seen.has(name))
        report('DuplicateFragmentName', `There can be only one fragment named '${name}'`, fragment)
      seen.add(name)
    },
  }
}

export const fragmentRules = [
  fragmentsOnCompositeType,
  knownFragmentNames,
  noFragmentCycles,
  noUnusedFragments,
  possibleFragmentSpreads,
  uniqueFragmentNames,
]
