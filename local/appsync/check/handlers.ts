import type { AnyNode, Program } from 'acorn'
import { walk } from './ast.ts'
import { isFunction, type Bindings, type FunctionNode } from './scope.ts'

export const handlerNames = ['request', 'response'] as const

/** The functions a file exports as its handlers. */
export function exportedHandlers(program: Program, bindings: Bindings): Map<string, FunctionNode> {
  const handlers = new Map<string, FunctionNode>()
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const { declaration, specifiers } = statement
    if (declaration?.type === 'FunctionDeclaration') handlers.set(declaration.id.name, declaration)
    if (declaration?.type === 'VariableDeclaration')
      for (const { id, init } of declaration.declarations)
        if (id.type === 'Identifier' && isFunction(init)) handlers.set(id.name, init)
    for (const { local, exported } of specifiers) {
      const binding = local.type === 'Identifier' ? bindings.get(local) : undefined
      if (exported.type === 'Identifier' && binding?.kind === 'function')
        handlers.set(exported.name, binding.node)
    }
  }
  return handlers
}

/** Places where a handler sets `ctx`, or one of its own members, to something else. */
export function contextChanges(handler: FunctionNode): AnyNode[] {
  const [context] = handler.params
  if (context?.type !== 'Identifier') return []
  const isContext = (node: AnyNode): boolean => node.type === 'Identifier' && node.name === context.name
  const changes: AnyNode[] = []
  walk(handler.body, (node) => {
    const target =
      node.type === 'AssignmentExpression'
        ? node.left
        : node.type === 'UnaryExpression' && node.operator === 'delete'
          ? node.argument
          : undefined
    if (target && (isContext(target) || (target.type === 'MemberExpression' && isContext(target.object))))
      changes.push(node)
    return undefined
  })
  return changes
}
