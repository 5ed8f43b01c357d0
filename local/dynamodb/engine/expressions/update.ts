import { typeOf } from '../values.ts'
import { checkDistinctPaths } from './paths.ts'
import { givenValue, parseArguments, parsePath, parseValue, startParsing } from './parse.ts'
import type { Check, Operand, Parsing, Path, Used } from './parse.ts'
import { ExpressionError } from './tokens.ts'

/** The right side of a SET: an operand, or the sum or difference of two. */
export interface SetValue {
  readonly operator?: '+' | '-'
  readonly operands: readonly [Operand, ...Operand[]]
}

export type UpdateAction =
  | { readonly kind: 'set'; readonly path: Path; readonly value: SetValue }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly value: Operand }

export interface ParsedUpdate extends Used {
  readonly actions: readonly UpdateAction[]
}

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const
type Section = (typeof sections)[number]

/** Parses an UpdateExpression; throws an ExpressionError. */
export function parseUpdate(text: string): ParsedUpdate {
  const parsing = startParsing(text)
  const { reader } = parsing
  const seen = new Set<Section>()
  const actions: UpdateAction[] = []
  do {
    const section = sections.find((each) => reader.is(each))
    if (!section) throw reader.unexpected()
    reader.take()
    if (seen.has(section))
      parsing.mistaken('section', `The "${section}" section can only be used once in an update expression;`)
    seen.add(section)
    do actions.push(parseAction(parsing, section))
    while (reader.skip(','))
  } while (reader.next.kind !== 'end')
  const worst = parsing.worst()
  if (worst !== undefined) throw new ExpressionError(worst)
  parsing.checks.unshift(checkDistinctPaths(actions.map(({ path }) => path)))
  return { actions, names: parsing.names, values: parsing.values, checks: parsing.checks }
}

function parseAction(parsing: Parsing, section: Section): UpdateAction {
  const path = parsePath(parsing)
  switch (section) {
    case 'SET':
      parsing.reader.expect('=')
      return { kind: 'set', path, value: parseSetValue(parsing) }
    case 'REMOVE':
      return { kind: 'remove', path }
    default: {
      const value = parseValue(parsing)
      parsing.checks.push(checkAddition(section, value))
      return { kind: section === 'ADD' ? 'add' : 'delete', path, value }
    }
  }
}

function parseSetValue(parsing: Parsing): SetValue {
  const { reader } = parsing
  if (reader.is('(')) return parseInParentheses(parsing)
  const first = parseOperand(parsing)
  return continueSetValue(parsing, first)
}

function continueSetValue(parsing: Parsing, first: Operand): SetValue {
  const { reader } = parsing
  const operator = (['+', '-'] as const).find((each) => reader.skip(each))
  if (!operator) return { operands: [first] }
  const operands = [first, parseOperand(parsing)] as const
  parsing.checks.push(...operands.map((operand) => checkType(operator, operand, 'N')))
  return { operator, operands }
}

/** `(a + b)`, `(a) + b` or `(a)`. */
function parseInParentheses(parsing: Parsing): SetValue {
  const { reader } = parsing
  reader.expect('(')
  const inner = parseSetValue(parsing)
  reader.expect(')')
  return inner.operator ? inner : continueSetValue(parsing, inner.operands[0])
}

function parseOperand(parsing: Parsing): Operand {
  const { reader } = parsing
  if (reader.skip('(')) {
    const inner = parseOperand(parsing)
    reader.expect(')')
    return inner
  }
  if (reader.next.kind === 'value') return parseValue(parsing)
  if (reader.next.kind === 'word' && reader.following.text === '(') return parseCall(parsing)
  return { kind: 'path', path: parsePath(parsing) }
}

function parseCall(parsing: Parsing): Operand {
  const name = parsing.reader.take().text
  const args = parseArguments(parsing, () => parseOperand(parsing))
  checkFunction(parsing, name, args)
  return { kind: 'call', name, args }
}

function checkFunction(parsing: Parsing, name: string, args: readonly Operand[]): void {
  if (name !== 'if_not_exists' && name !== 'list_append') {
    parsing.mistaken('function', `Invalid function name; function: ${name}`)
    return
  }
  if (args.some((arg) => arg.kind === 'call' && arg.name === 'list_append'))
    parsing.mistaken(
      'misuse',
      'The function is not allowed to be used this way in an expression; function: list_append',
    )
  if (args.length !== 2)
    parsing.mistaken(
      'operand',
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${name}, number of operands: ${args.length}`,
    )
  else if (name === 'list_append') parsing.checks.push(...args.map((arg) => checkType(name, arg, 'L')))
  else if (args[0]?.kind !== 'path')
    parsing.mistaken(
      'operand',
      `Operator or function requires a document path; operator or function: ${name}`,
    )
}

function checkType(name: string, operand: Operand, wanted: string): Check {
  return (scope) => {
    const value = givenValue(operand, scope)
    const type = value && typeOf(value)
    if (type === undefined || type === wanted) return undefined
    return `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`
  }
}

const typeNames: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
}

/** ADD takes numbers and sets, DELETE sets. */
function checkAddition(operator: Section, operand: Operand): Check {
  return (scope) => {
    const value = givenValue(operand, scope)
    const type = value && typeOf(value)
    if (type === undefined || !(type in typeNames) || (type === 'N' && operator === 'ADD')) return undefined
    return `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${typeNames[type] ?? ''}`
  }
}
