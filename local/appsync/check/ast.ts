import { parse as parseModule, type AnyNode, type Program } from 'acorn'
import { CodeError } from './codeError.ts'
import { originOf, type Origin } from './origin.ts'

/** A code file of a resolver or function, parsed. */
export interface ParsedCode {
  readonly name: string
  readonly source: string
  readonly program: Program
  readonly origin: Origin
}

/** Parses a code file as the ES module it must be; throws CodeError at the place that is not JavaScript. */
export function parseCode(code: { name: string; source: string }): ParsedCode {
  const origin = originOf(code)
  try {
    const program = parseModule(code.source, { ecmaVersion: 'latest', sourceType: 'module', locations: true })
    return { ...code, program, origin }
  } catch (error) {
    const { loc, message } = error as SyntaxError & { loc: { line: number; column: number } }
    const at = origin(loc.line, loc.column + 1)
    throw new CodeError(code.name, [{ ...at, message: message.replace(/ \(\d+:\d+\)$/, '') }])
  }
}

/**
 * Calls `visit` for a node and all below it, in source order, with its parents (nearest last). `visit` answers
 * 'skip' to leave out what lies in the node.
 */
export function walk(
  node: AnyNode,
  visit: (node: AnyNode, parents: readonly AnyNode[]) => 'skip' | undefined,
): void {
  const parents: AnyNode[] = []
  const enter = (current: AnyNode): void => {
    if (visit(current, parents) === 'skip') return
    parents.push(current)
    for (const child of childrenOf(current)) enter(child)
    parents.pop()
  }
  enter(node)
}

/** The nodes directly below a node. A shorthand property's value is the very node of its key: it counts once. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = []
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (key === 'key' && node.type === 'Property' && node.shorthand) continue
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isNode(each)) children.push(each)
  }
  return children
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
