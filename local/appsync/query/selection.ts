import { Kind, print, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql'

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>

/** What a resolver learns of what is asked of its field. */
export interface Selection {
  /** `a`, `a/b`: the names under which fields are asked for, aliases where there are any. */
  readonly list: string[]
  /** The selection set as text, braces included. */
  readonly text: string
}

const known = new WeakMap<FieldNode, Selection>()

/** The same for every request of a document, so it is made once per field node. */
export function selectionOf(nodes: readonly FieldNode[], fragments: Fragments): Selection {
  const first = nodes[0]
  if (!first) return { list: [], text: '' }
  const made = known.get(first)
  if (made) return made
  const list = new Set<string>()
  for (const node of nodes) if (node.selectionSet) collect(node.selectionSet, fragments, '', list)
  const text = nodes
    .flatMap((node) => (node.selectionSet ? [print(inlined(node.selectionSet, fragments))] : []))
    .join('\n')
  const selection = { list: [...list], text }
  known.set(first, selection)
  return selection
}

function collect(set: SelectionSetNode, fragments: Fragments, prefix: string, into: Set<string>): void {
  for (const each of set.selections) {
    if (each.kind === Kind.FIELD) {
      const name = `${prefix}${each.alias?.value ?? each.name.value}`
      into.add(name)
      if (each.selectionSet) collect(each.selectionSet, fragments, `${name}/`, into)
    } else {
      const inner =
        each.kind === Kind.INLINE_FRAGMENT ? each.selectionSet : fragments[each.name.value]?.selectionSet
      if (inner) collect(inner, fragments, prefix, into)
    }
  }
}

/** Named fragments stand in the text as inline ones, as AppSync hands it to resolvers. */
function inlined(set: SelectionSetNode, fragments: Fragments): SelectionSetNode {
  return {
    ...set,
    selections: set.selections.map((each) => {
      if (each.kind === Kind.FIELD)
        return each.selectionSet ? { ...each, selectionSet: inlined(each.selectionSet, fragments) } : each
      if (each.kind === Kind.INLINE_FRAGMENT)
        return { ...each, selectionSet: inlined(each.selectionSet, fragments) }
      const fragment = fragments[each.name.value]
      if (!fragment) return each
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: fragment.typeCondition,
        selectionSet: inlined(fragment.selectionSet, fragments),
      }
    }),
  }
}
