import { AwsError } from '../../aws/error.ts'

/** A metric math expression. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'negate'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

/** Weakest first. */
const levels = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
  ['^'],
]

export function mathError(message: string): AwsError {
  return new AwsError('ValidationException', message)
}

/** Parses what CloudWatch calls a metric math expression; throws ValidationException with the place. */
export function parseExpression(source: string): Expression {
  const tokens = source.match(/\d+(?:\.\d+)?|[A-Za-z_]\w*|"[^"]*"|'[^']*'|[<>=!]=|&&|\|\||\S/g) ?? []
  let position = 0
  const peek = (): string | undefined => tokens[position]
  const fail = (): never => {
    throw mathError(`Error in expression '${source}': Unexpected ${peek() ?? 'end of expression'}`)
  }
  const expect = (token: string): void => {
    if (tokens[position++] !== token) {
      position -= 1
      fail()
    }
  }

  function binary(level: number): Expression {
    const operators = levels[level]
    if (!operators) return unary()
    let left = binary(level + 1)
    for (
      let operator = peek();
      operator !== undefined && operators.includes(operator.toUpperCase());
      operator = peek()
    ) {
      position += 1
      left = { kind: 'binary', operator: operator.toUpperCase(), left, right: binary(level + 1) }
    }
    return left
  }

  function unary(): Expression {
    if (peek() !== '-') return primary()
    position += 1
    return { kind: 'negate', of: unary() }
  }

  function items(end: string): Expression[] {
    const found: Expression[] = []
    if (peek() !== end) {
      found.push(binary(0))
      while (peek() === ',') {
        position += 1
        found.push(binary(0))
      }
    }
    expect(end)
    return found
  }

  function primary(): Expression {
    const token = peek()
    if (token === undefined) return fail()
    position += 1
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) }
    if (/^["']/.test(token) && token.length > 1) return { kind: 'text', value: token.slice(1, -1) }
    if (token === '[') return { kind: 'list', items: items(']') }
    if (token === '(') {
      const inner = binary(0)
      expect(')')
      return inner
    }
    if (!/^[A-Za-z_]/.test(token)) {
      position -= 1
      return fail()
    }
    if (peek() !== '(') return { kind: 'id', id: token }
    position += 1
    return { kind: 'call', name: token.toUpperCase(), args: items(')') }
  }

  const expression = binary(0)
  if (peek() !== undefined) fail()
  return expression
}
