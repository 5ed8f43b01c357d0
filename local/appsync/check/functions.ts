import type { AnyNode, CallExpression } from 'acorn'
import { childrenOf } from './ast.ts'
import { isFunction, type Bindings, type FunctionNode } from './scope.ts'
import { callbackMethods } from './surface.ts'

/**
 * Functions are no values in APPSYNC_JS: they may be declared and called, and given to the array methods that take a
 * callback. As `@aws-appsync/eslint-plugin`: no-function-passing, -reassign, -return.
 */
export function functionProblem(node: AnyNode, bindings: Bindings): string | undefined {
  const isOne = (value: AnyNode | null | undefined): boolean => functionBehind(value, bindings) !== undefined
  switch (node.type) {
    case 'CallExpression':
      if (node.arguments.some(isOne) && !takesCallback(node))
        return 'a function cannot be passed as an argument, except to array methods'
      return sorts(node) ? "the method 'sort' takes no comparator in APPSYNC_JS" : undefined
    case 'ReturnStatement':
      return isOne(node.argument) ? 'a function cannot be returned' : undefined
    case 'ArrowFunctionExpression':
      return node.expression && isOne(node.body) ? 'a function cannot be returned' : undefined
    case 'VariableDeclarator':
      return node.init?.type === 'Identifier' && isOne(node.init)
        ? 'a function cannot be reassigned'
        : undefined
    case 'AssignmentExpression':
      return isOne(node.right) ? 'a function cannot be assigned' : undefined
    default:
      return undefined
  }
}

function functionBehind(node: AnyNode | null | undefined, bindings: Bindings): FunctionNode | undefined {
  if (isFunction(node)) return node
  const binding = node?.type === 'Identifier' ? bindings.get(node) : undefined
  return binding?.kind === 'function' ? binding.node : undefined
}

function methodOf({ callee }: CallExpression): string | undefined {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined
  return callee.computed ? undefined : callee.property.name
}

function takesCallback(node: CallExpression): boolean {
  return callbackMethods.includes(methodOf(node) ?? '') || sorts(node)
}

function sorts(node: CallExpression): boolean {
  return methodOf(node) === 'sort' && node.arguments.length > 0
}

/** Calls by which a function comes back to itself, directly or through others. */
export function recursions(program: AnyNode, bindings: Bindings): CallExpression[] {
  const calls = callsByFunction(program, bindings)
  const reaches = (from: FunctionNode, to: FunctionNode, seen: Set<FunctionNode>): boolean => {
    if (from === to) return true
    if (seen.has(from)) return false
    seen.add(from)
    return (calls.get(from) ?? []).some(({ target }) => reaches(target, to, seen))
  }
  return [...calls].flatMap(([caller, made]) =>
    made.filter(({ target }) => reaches(target, caller, new Set())).map(({ call }) => call),
  )
}

function callsByFunction(
  program: AnyNode,
  bindings: Bindings,
): Map<FunctionNode, { call: CallExpression; target: FunctionNode }[]> {
  const calls = new Map<FunctionNode, { call: CallExpression; target: FunctionNode }[]>()
  const visit = (node: AnyNode, within: FunctionNode[]): void => {
    const inside = isFunction(node) ? [...within, node] : within
    if (node.type === 'CallExpression') {
      const target = functionBehind(node.callee, bindings)
      if (target)
        for (const caller of within) calls.set(caller, [...(calls.get(caller) ?? []), { call: node, target }])
    }
    for (const child of childrenOf(node)) visit(child, inside)
  }
  visit(program, [])
  return calls
}
