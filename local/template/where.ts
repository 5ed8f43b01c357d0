import { parseExpressionAt, type Expression } from 'acorn'

/**
 * Line and column (from 1) of the value at a path of a JSON text, such as `['Resources', 'Table', 'Type']`; of the
 * innermost value around it where the path leads nowhere.
 */
export function whereInJson(
  text: string,
  path: readonly (string | number)[],
): { line: number; column: number } {
  let node: Expression = parseExpressionAt(text, 0, { ecmaVersion: 'latest', locations: true })
  for (const step of path) {
    const next = memberOf(node, step)
    if (!next) break
    node = next
  }
  const { line = 1, column = 0 } = node.loc?.start ?? {}
  return { line, column: column + 1 }
}

function memberOf(node: Expression, step: string | number): Expression | undefined {
  if (node.type === 'ArrayExpression') {
    const element = node.elements[Number(step)]
    return element && element.type !== 'SpreadElement' ? element : undefined
  }
  if (node.type !== 'ObjectExpression') return undefined
  for (const property of node.properties)
    if (property.type === 'Property' && property.key.type === 'Literal' && property.key.value === step)
      return property.value
  return undefined
}
