import type { Comparator } from '../compare.ts'
import { ExpressionError } from './tokens.ts'
import { checkCall, checkComparison, checkOperandCount } from './conditionChecks.ts'
import { continuePath, parseArguments, parsePath, parseValue, startParsing } from './parse.ts'
import type { Operand, Parsing, Path, Used } from './parse.ts'

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | {
      readonly kind: 'compare'
      readonly comparator: Comparator
      readonly left: Operand
      readonly right: Operand
    }
  | { readonly kind: 'between'; readonly value: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly value: Operand; readonly list: readonly Operand[] }
  | Call
type Call = Extract<Operand, { kind: 'call' }>

export interface ParsedCondition extends Used {
  readonly condition: Condition
  /** Every path that occurs. */
  readonly paths: readonly Path[]
}

const comparators = new Set(['=', '<>', '<', '<=', '>', '>='])
const keywords = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN'])
const mostOperators = 300

/** Parses a ConditionExpression, FilterExpression or KeyConditionExpression; throws an ExpressionError. */
export function parseCondition(text: string): ParsedCondition {
  const parsing = startParsing(text)
  const grammar = createGrammar(parsing)
  const condition = grammar.condition()
  if (parsing.reader.next.kind !== 'end') throw parsing.reader.unexpected()
  const worst = parsing.worst()
  if (worst !== undefined) throw new ExpressionError(worst)
  if (grammar.operators() > mostOperators)
    throw new ExpressionError(
      `The expression contains too many operators; operator count: ${grammar.operators()}`,
    )
  return {
    condition,
    names: parsing.names,
    values: parsing.values,
    checks: parsing.checks,
    paths: grammar.paths,
  }
}

/** A parenthesis may hold a condition or an operand; which one shows only after it was read. */
type Node = Condition | Operand

function createGrammar(parsing: Parsing) {
  const { reader } = parsing
  const inParentheses = new Set<Node>()
  const paths: Path[] = []
  let operators = 0

  function parseOr(): Node {
    let left = parseAnd()
    while (reader.is('OR')) {
      const first = asCondition(left)
      reader.take()
      left = { kind: 'or', left: first, right: asCondition(parseAnd()) }
    }
    return left
  }

  function parseAnd(): Node {
    let left = parseNot()
    while (reader.is('AND')) {
      const first = asCondition(left)
      reader.take()
      left = { kind: 'and', left: first, right: asCondition(parseNot()) }
    }
    return left
  }

  function parseNot(): Node {
    if (!reader.skip('NOT')) return parseComparison()
    return { kind: 'not', condition: asCondition(parseNot()) }
  }

  function parseComparison(): Node {
    const left = parsePrimary()
    const { kind, text } = reader.next
    if (kind === 'symbol' && comparators.has(text)) {
      const first = asOperand(left)
      reader.take()
      return comparison(text as Comparator, first, asOperand(parsePrimary()))
    }
    if (reader.is('BETWEEN')) return between(asOperand(left))
    if (reader.is('IN')) return oneOf(asOperand(left))
    return left
  }

  function comparison(comparator: Comparator, left: Operand, right: Operand): Condition {
    operators++
    parsing.checks.push(...checkComparison(comparator, [left, right]))
    return { kind: 'compare', comparator, left, right }
  }

  function between(value: Operand): Condition {
    reader.take()
    operators++
    const low = asOperand(parsePrimary())
    reader.expect('AND')
    const high = asOperand(parsePrimary())
    parsing.checks.push(...checkComparison('BETWEEN', [value, low, high]))
    return { kind: 'between', value, low, high }
  }

  function oneOf(value: Operand): Condition {
    reader.take()
    operators++
    return { kind: 'in', value, list: parseArguments(parsing, () => asOperand(parsePrimary())) }
  }

  function parsePrimary(): Node {
    if (reader.is('(')) return parseParentheses()
    const { kind, text } = reader.next
    if (kind === 'value') return parseValue(parsing)
    if (kind === 'word' && keywords.has(text.toUpperCase())) throw reader.unexpected()
    if (kind === 'word' && reader.following.text === '(') return call(reader.take().text)
    return noted(parsePath(parsing))
  }

  function noted(path: Path): Operand {
    paths.push(path)
    return { kind: 'path', path }
  }

  function parseParentheses(): Node {
    reader.take()
    const inner = parseOr()
    reader.expect(')')
    if (inParentheses.has(inner)) parsing.mistaken('parentheses', 'The expression has redundant parentheses;')
    inParentheses.add(inner)
    if (inner.kind !== 'path' || !(reader.is('.') || reader.is('['))) return inner
    return noted(continuePath(parsing, inner.path))
  }

  function call(name: string): Call {
    operators++
    const args = parseArguments(parsing, () => asOperand(parsePrimary()))
    checkOperandCount(parsing, name, args)
    parsing.checks.push(...checkCall(name, args))
    return { kind: 'call', name, args }
  }

  function asOperand(node: Node): Operand {
    if (node.kind === 'call' && node.name !== 'size') misused(node)
    if (isOperand(node)) return node
    throw reader.unexpected()
  }

  function asCondition(node: Node): Condition {
    if (node.kind === 'call' && node.name === 'size') misused(node)
    if (node.kind !== 'call' && isOperand(node)) throw reader.unexpected()
    return node
  }

  function misused({ name }: Call): void {
    parsing.mistaken(
      'misuse',
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    )
  }

  return {
    condition: () => asCondition(parseOr()),
    operators: () => operators,
    paths,
  }
}

function isOperand(node: Node): node is Operand {
  return node.kind === 'path' || node.kind === 'value' || node.kind === 'literal' || node.kind === 'call'
}
