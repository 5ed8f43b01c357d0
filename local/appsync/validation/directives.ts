import { Kind, type ASTNode } from 'graphql'
import type { Rule } from './rule.ts'

const knownDirectives: Rule = ({ graphql, report }) => ({
  Directive(node, _key, _parent, _path, ancestors) {
    const name = node.name.value
    const directive = graphql.getSchema().getDirective(name)
    if (!directive) {
      report('UnknownDirective', `Unknown directive ${name}`, node)
      return
    }
    const owner = ancestors.at(-1) ?? []
    const location = Array.isArray(owner) ? ancestors.at(-2) : owner
    const place = location && 'kind' in location ? placeOf(location) : undefined
    if (!place || !(directive.locations as readonly string[]).includes(place))
      report('MisplacedDirective', `Directive ${name} not allowed here`, node)
  },
})

function placeOf(node: ASTNode): string | undefined {
  switch (node.kind) {
    case Kind.OPERATION_DEFINITION:
      return node.operation.toUpperCase()
    case Kind.FIELD:
      return 'FIELD'
    case Kind.FRAGMENT_SPREAD:
      return 'FRAGMENT_SPREAD'
    case Kind.FRAGMENT_DEFINITION:
      return 'FRAGMENT_DEFINITION'
    case Kind.INLINE_FRAGMENT:
      return 'INLINE_FRAGMENT'
    default:
      return undefined
  }
}

const uniqueDirectives: Rule = ({ report }) => ({
  enter(node) {
    if (!('directives' in node)) return
    const seen = new Set<string>()
    for (const directive of node.directives ?? []) {
      const name = directive.name.value
      if (seen.has(name))
        report(
          'DuplicateDirectiveName',
          `Directives must be uniquely named within a location. The directive '${name}' used on a '${node.kind}' is not unique.`,
          directive,
        )
      seen.add(name)
    }
  },
})

export const directiveRules = [knownDirectives, uniqueDirectives]
