import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Variables } from './variables.ts'

/** Field nodes by the name under which their value is answered, in the order in which they were asked for. */
export type FieldGroups = ReadonlyMap<string, readonly FieldNode[]>

interface Scope {
  readonly schema: GraphQLSchema
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>
  readonly variables: Variables
  readonly type: GraphQLObjectType
}

/** The fields that selection sets ask of an object of a type: fragments opened, @skip and @include heeded. */
export function collectFields(scope: Scope, sets: readonly SelectionSetNode[]): FieldGroups {
  const groups = new Map<string, FieldNode[]>()
  const visited = new Set<string>()
  for (const set of sets) collect(scope, set, groups, visited)
  return groups
}

function collect(
  scope: Scope,
  set: SelectionSetNode,
  groups: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const selection of set.selections) {
    if (!isIncluded(selection, scope.variables)) continue
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      const group = groups.get(key)
      if (group) group.push(selection)
      else groups.set(key, [selection])
      continue
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : opened(scope, selection.name.value, visited)
    if (fragment && applies(fragment, scope)) collect(scope, fragment.selectionSet, groups, visited)
  }
}

function isIncluded(node: SelectionNode, variables: Variables): boolean {
  if (!node.directives?.length) return true
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
}

/** A named fragment, the first time it is met. */
function opened(scope: Scope, name: string, visited: Set<string>): FragmentDefinitionNode | undefined {
  if (visited.has(name)) return undefined
  visited.add(name)
  return scope.fragments[name]
}

function applies(
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  { schema, type }: Scope,
): boolean {
  if (!typeCondition || typeCondition.name.value === type.name) return true
  const condition = schema.getType(typeCondition.name.value)
  return isAbstractType(condition) && schema.isSubType(condition, type)
}
