/**
 * Java's regular expressions on JavaScript's. Understood: groups (named, non-capturing, look-around), inline flags at
 * the start, `\Q…\E`, `\A \z \Z \h \R`, POSIX and Unicode classes. Possessive and atomic parts match as greedy ones
 * (they differ in speed and in patterns written to fail); intersections of classes (`&&`) are refused.
 */
function javaRegex(pattern: string, flags = ''): RegExp {
  const known = compiled.get(flags + pattern)
  if (known) return known
  const [, inline = ''] = /^\(\?([a-z]+)\)/.exec(pattern) ?? []
  const source = translated(inline === '' ? pattern : pattern.slice(inline.length + 3))
  const jsFlags = inline.replace(/[^ims]/g, '')
  const regex = new RegExp(inline.includes('x') ? source.replace(/\s+/g, '') : source, `u${jsFlags}${flags}`)
  if (compiled.size >= mostCompiled) compiled.clear()
  compiled.set(flags + pattern, regex)
  return regex
}

const compiled = new Map<string, RegExp>()
const mostCompiled = 500

/** Java's escapes that JavaScript spells otherwise. */
const escapes: Record<string, string> = {
  A: '^',
  z: '$',
  Z: '$',
  h: '[ \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]',
  H: '[^ \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]',
  R: '(?:\\r\\n|[\\n\\v\\f\\r\\x85\\u2028\\u2029])',
  a: '\\x07',
  e: '\\x1B',
}

const classes: Record<string, string> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\v\\f\\r',
}

const letterOrDigit = /[a-zA-Z0-9]/

function translated(pattern: string): string {
  let out = ''
  let inClass = false
  let quantified = false
  for (let at = 0; at < pattern.length;) {
    const character = pattern.charAt(at)
    const [quantifier] = inClass ? [] : (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(pattern.slice(at)) ?? [])
    if (quantifier !== undefined) {
      // A second quantifier says how eagerly: `+` possessive, `?` reluctant.
      if (!quantified || quantifier === '?') out += quantifier
      at += quantifier.length
      quantified = !quantified
      continue
    }
    quantified = false
    if (character === '\\') {
      const { text, length } = escape(pattern, at, inClass)
      out += text
      at += length
    } else if (pattern.startsWith('(?', at)) {
      out += pattern.startsWith('(?>', at) ? '(?:' : pattern.slice(at, at + 3)
      at += 3
    } else {
      if (inClass && (character === '[' || pattern.startsWith('&&', at)))
        throw new Error(`Regular expression '${pattern}': classes within classes are not supported here.`)
      out +=
        !inClass && (character === ']' || character === '{' || character === '}')
          ? `\\${character}`
          : character
      if (character === '[') inClass = true
      if (character === ']') inClass = false
      at += 1
    }
  }
  return out
}

/** The escape at `at`, and how many characters it takes. */
function escape(pattern: string, at: number, inClass: boolean): { text: string; length: number } {
  const next = pattern.charAt(at + 1)
  if (next === 'Q') {
    const end = pattern.indexOf('\\E', at + 2)
    const literal = pattern.slice(at + 2, end === -1 ? pattern.length : end)
    return { text: quoted(literal), length: literal.length + (end === -1 ? 2 : 4) }
  }
  const [property, negated, name = ''] = /^\\(p|P)\{([^}]+)\}/.exec(pattern.slice(at)) ?? []
  if (property !== undefined)
    return { text: propertyClass(name, negated === 'P', inClass), length: property.length }
  const replacement = Object.hasOwn(escapes, next) ? escapes[next] : undefined
  if (replacement !== undefined) {
    const bare = inClass && replacement.startsWith('[') ? replacement.slice(1, -1) : replacement
    return { text: bare, length: 2 }
  }
  if (letterOrDigit.test(next)) return { text: `\\${next}`, length: 2 }
  return { text: quoted(next), length: 2 }
}

function propertyClass(name: string, negated: boolean, inClass: boolean): string {
  const posix = Object.hasOwn(classes, name) ? classes[name] : undefined
  if (posix === undefined) return `\\${negated ? 'P' : 'p'}{${name.replace(/^Is/, '')}}`
  if (inClass && !negated) return posix
  if (inClass) throw new Error(`Regular expression: \\P{${name}} within a class is not supported here.`)
  return `[${negated ? '^' : ''}${posix}]`
}

function quoted(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/-]/g, (character) =>
    character === '-' ? '\\x2d' : `\\${character}`,
  )
}

/** Whether the whole value matches, as `Pattern.matches`. */
export function matches(pattern: string, value: string): boolean {
  return javaRegex(`^(?:${pattern})$`.replace(/^\^\(\?:\(\?([a-z]+)\)/, '(?$1)^(?:')).test(value)
}

/** What a Java replacement text stands for: `$1`, `${name}`, and `\` before what is meant literally. */
function replacementFor(
  replacement: string,
  groups: readonly unknown[],
  named: Record<string, string>,
): string {
  return replacement.replace(/\\(.)|\$\{([^}]+)\}|\$(\d)/gs, (_whole, literal, name, digit) => {
    if (literal !== undefined) return String(literal)
    const value = name === undefined ? groups[Number(digit)] : named[String(name)]
    return typeof value === 'string' ? value : ''
  })
}

type Replace = (this: string, pattern: unknown, replacement: unknown) => string

/** `replace` and `replaceAll` of strings take Java's regular expressions as text; with a RegExp they are the language's. */
export function useJavaPatterns(): void {
  const prototype = String.prototype as unknown as Record<'replace' | 'replaceAll', Replace>
  for (const [name, flags] of [['replace', ''] as const, ['replaceAll', 'g'] as const]) {
    const method = prototype[name]
    const replacement: Replace = function (pattern, by) {
      if (typeof pattern !== 'string') return method.call(this, pattern, by)
      const text = typeof by === 'string' ? by : JSON.stringify(by)
      return original.call(this, javaRegex(pattern, flags), (...found: unknown[]) => {
        const last = found.at(-1)
        return replacementFor(text, found, typeof last === 'object' ? (last as Record<string, string>) : {})
      })
    }
    Object.defineProperty(prototype, name, { value: replacement })
  }
}

const original = (String.prototype as unknown as { replace: Replace }).replace
