import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
  Pattern,
} from 'acorn'
import { childrenOf } from './ast.ts'

export type FunctionNode =
  FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression | ArrowFunctionExpression

/** What a name stands for. */
export type Binding =
  | { readonly kind: 'function'; readonly node: FunctionNode }
  | { readonly kind: 'import'; readonly module: string; readonly imported: string | undefined }
  | { readonly kind: 'variable' }

type Scope = ReadonlyMap<string, Binding>

/** What each use of a name refers to; undefined: a global. */
export type Bindings = ReadonlyMap<Identifier, Binding | undefined>

const variable: Binding = { kind: 'variable' }

/** Follows JavaScript's scopes: blocks, functions, hoisted `var`. */
export function resolveNames(program: AnyNode): Bindings {
  const bindings = new Map<Identifier, Binding | undefined>()

  function visit(node: AnyNode, scopes: readonly Scope[]): void {
    const own = declaredBy(node)
    const inner = own.size > 0 ? [own, ...scopes] : scopes
    if (node.type === 'Identifier')
      bindings.set(node, scopes.find((scope) => scope.has(node.name))?.get(node.name))
    else for (const child of referringChildren(node)) visit(child, inner)
  }

  visit(program, [])
  return bindings
}

/** Children without the names that refer to nothing: members after a dot, keys of literals, sides of an export. */
function referringChildren(node: AnyNode): AnyNode[] {
  switch (node.type) {
    case 'MemberExpression':
      return node.computed ? [node.object, node.property] : [node.object]
    case 'Property':
      return node.computed ? [node.key, node.value] : [node.value]
    case 'ImportDeclaration':
      return []
    case 'ExportSpecifier':
      return [node.local]
    default:
      return childrenOf(node)
  }
}

/** Names that the node declares for what lies in it. */
function declaredBy(node: AnyNode): Scope {
  const names = new Map<string, Binding>()
  switch (node.type) {
    case 'Program':
      for (const name of hoisted(node)) names.set(name, variable)
      for (const statement of node.body) declareStatement(statement, names)
      break
    case 'BlockStatement':
      for (const statement of node.body) declareStatement(statement, names)
      break
    case 'SwitchStatement':
      for (const { consequent } of node.cases)
        for (const statement of consequent) declareStatement(statement, names)
      break
    case 'ForOfStatement':
    case 'ForInStatement':
      declareStatement(node.left, names)
      break
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      for (const parameter of node.params) for (const name of namesIn(parameter)) names.set(name, variable)
      for (const name of hoisted(node.body)) names.set(name, variable)
      break
  }
  return names
}

function declareStatement(node: AnyNode, names: Map<string, Binding>): void {
  if (node.type === 'ExportNamedDeclaration' && node.declaration) declareStatement(node.declaration, names)
  else if (node.type === 'FunctionDeclaration') {
    if (node.id) names.set(node.id.name, { kind: 'function', node })
  } else if (node.type === 'VariableDeclaration') {
    for (const { id, init } of node.declarations)
      if (id.type === 'Identifier' && isFunction(init)) names.set(id.name, { kind: 'function', node: init })
      else for (const name of namesIn(id)) names.set(name, variable)
  } else if (node.type === 'ImportDeclaration') {
    for (const specifier of node.specifiers)
      names.set(specifier.local.name, {
        kind: 'import',
        module: String(node.source.value),
        imported: specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : undefined,
      })
  }
}

export function isFunction(node: AnyNode | null | undefined): node is FunctionNode {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  )
}

function nameOf(node: AnyNode): string {
  return node.type === 'Identifier' ? node.name : ''
}

/** `var`s below a node, nested functions left out. */
function hoisted(node: AnyNode): string[] {
  const names: string[] = []
  for (const child of childrenOf(node)) {
    if (isFunction(child)) continue
    if (child.type === 'VariableDeclaration' && child.kind === 'var')
      names.push(...child.declarations.flatMap(({ id }) => namesIn(id)))
    names.push(...hoisted(child))
  }
  return names
}

function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) =>
        namesIn(each.type === 'Property' ? each.value : each.argument),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => (each ? namesIn(each) : []))
    case 'RestElement':
      return namesIn(pattern.argument)
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'MemberExpression':
      return []
  }
}
