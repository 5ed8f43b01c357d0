/** A mistake in an expression, without the name of the parameter that holds it. */
export class ExpressionError extends Error {}

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'index' | 'symbol' | 'end'
  readonly text: string
  readonly start: number
  readonly end: number
}

const pattern =
  /\s*(?:(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<index>\d+)|(?<symbol><=|>=|<>|[^\s]))/y
const kinds = ['word', 'name', 'value', 'index', 'symbol'] as const

/** Reads an expression token by token. */
export interface Reader {
  readonly next: Token
  /** The token after the next. */
  readonly following: Token
  /** Whether the next token is this symbol or, in any case, this keyword. */
  is(text: string): boolean
  take(): Token
  /** Takes the next token if it is this one. */
  skip(text: string): boolean
  expect(text: string): void
  /** The error of a token that cannot stand where it does. */
  unexpected(): ExpressionError
}

export function readTokens(text: string): Reader {
  const tokens = tokensOf(text)
  const end: Token = { kind: 'end', text: '<EOF>', start: text.length, end: text.length }
  let at = 0
  const token = (position: number): Token => tokens[position] ?? end

  const reader: Reader = {
    get next() {
      return token(at)
    },
    get following() {
      return token(at + 1)
    },
    is: (wanted) => is(token(at), wanted),
    take: () => token(at++),
    skip(wanted) {
      if (!is(token(at), wanted)) return false
      at++
      return true
    },
    expect(wanted) {
      if (!reader.skip(wanted)) throw reader.unexpected()
    },
    unexpected() {
      const near = text.slice(at === 0 ? token(at).start : token(at - 1).start, token(at + 1).end)
      return new ExpressionError(`Syntax error; token: "${token(at).text}", near: "${near.trim()}"`)
    },
  }
  return reader
}

function is({ kind, text }: Token, wanted: string): boolean {
  if (kind === 'word') return text.length === wanted.length && text.toUpperCase() === wanted
  return kind === 'symbol' && text === wanted
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const groups = found.groups ?? {}
    const kind = kinds.find((each) => groups[each] !== undefined) ?? 'symbol'
    const word = groups[kind] ?? ''
    tokens.push({ kind, text: word, start: pattern.lastIndex - word.length, end: pattern.lastIndex })
  }
  return tokens
}
