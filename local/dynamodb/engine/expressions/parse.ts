import type { AttributeValue } from '../values.ts'
import { isReserved } from './reserved.ts'
import { readTokens } from './tokens.ts'
import type { Reader } from './tokens.ts'

/** A step of a document path: an attribute, as `#placeholder` or by its own name, or an element of a list. */
export type Step = { readonly name: string; readonly placeholder: boolean } | number
export type Path = readonly Step[]

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: AttributeValue }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] }

/** What a request calls attributes and values by. */
export interface Scope {
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, AttributeValue>>
}

/** A check that needs the request's names and values; answers what is wrong. */
export type Check = (scope: Scope) => string | undefined

/** What every parsed expression tells besides its meaning. */
export interface Used {
  readonly names: ReadonlySet<string>
  readonly values: ReadonlySet<string>
  readonly checks: readonly Check[]
}

/** Kinds of mistakes that are no mistakes of syntax, in the order in which DynamoDB reports them. */
const mistakes = ['parentheses', 'function', 'misuse', 'reserved', 'section', 'operand'] as const
type Mistake = (typeof mistakes)[number]

/** The state of parsing one expression, shared by the grammars. */
export interface Parsing {
  readonly reader: Reader
  readonly names: Set<string>
  readonly values: Set<string>
  readonly checks: Check[]
  /** Notes a mistake; of each kind the first counts. */
  readonly mistaken: (kind: Mistake, message: string) => void
  /** The mistake to report, if any. */
  readonly worst: () => string | undefined
}

export function startParsing(text: string): Parsing {
  const noted = new Map<Mistake, string>()
  return {
    reader: readTokens(text),
    names: new Set(),
    values: new Set(),
    checks: [],
    mistaken(kind, message) {
      if (!noted.has(kind)) noted.set(kind, message)
    },
    worst() {
      const kind = mistakes.find((each) => noted.has(each))
      return kind && noted.get(kind)
    },
  }
}

/** `a.#b[2]`. */
export function parsePath(parsing: Parsing): Path {
  return continuePath(parsing, [parseName(parsing)])
}

export function continuePath(parsing: Parsing, start: Path): Path {
  const { reader } = parsing
  const path = [...start]
  for (;;) {
    if (reader.skip('.')) path.push(parseName(parsing))
    else if (reader.skip('[')) {
      if (reader.next.kind !== 'index') throw reader.unexpected()
      path.push(Number(reader.take().text))
      reader.expect(']')
    } else return path
  }
}

function parseName({ reader, names, mistaken }: Parsing): Step {
  const { kind, text } = reader.next
  if (kind !== 'word' && kind !== 'name') throw reader.unexpected()
  reader.take()
  if (kind === 'name') names.add(text)
  else if (isReserved(text))
    mistaken('reserved', `Attribute name is a reserved keyword; reserved keyword: ${text}`)
  return { name: text, placeholder: kind === 'name' }
}

export function parseValue({ reader, values }: Parsing): Operand {
  if (reader.next.kind !== 'value') throw reader.unexpected()
  const { text } = reader.take()
  values.add(text)
  return { kind: 'value', name: text }
}

/** Arguments between parentheses, each read by `one`. */
export function parseArguments<T>({ reader }: Parsing, one: () => T): T[] {
  reader.expect('(')
  const args = [one()]
  while (reader.skip(',')) args.push(one())
  reader.expect(')')
  return args
}

/** Attribute names and list positions, with placeholders looked up. */
export function resolved(path: Path, scope: Scope): (string | number)[] {
  return path.map((step) => (typeof step === 'number' ? step : nameOf(step, scope)))
}

export function nameOf(step: Exclude<Step, number>, { names }: Scope): string {
  return step.placeholder ? (names[step.name] ?? '') : step.name
}

/** A path as messages show it: `[a, [2], b]`. */
export function shown(path: readonly (string | number)[]): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`
}

/** The type name of an operand that the request itself gives; of what the item holds nothing is known. */
export function givenValue(operand: Operand | undefined, { values }: Scope): AttributeValue | undefined {
  if (operand?.kind === 'literal') return operand.value
  return operand?.kind === 'value' ? values[operand.name] : undefined
}
