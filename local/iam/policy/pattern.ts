import type { RequestKeys } from './request-keys.ts'

/**
 * How `*` and `?` are read. `literal`: as themselves. `text`: any characters. `arn`: each colon-separated part by
 * itself, as ArnLike compares. `resource`: as in a Resource element, where a `*` that ends a part may run on past
 * the colon.
 */
export type PatternKind = 'literal' | 'text' | 'arn' | 'resource'

/** A text of a policy that values of a request are compared with. */
export interface Pattern {
  readonly text: string
  readonly wildcard: boolean
  /** Lower-cased keys that it takes from the request as policy variables. */
  readonly keys: readonly string[]
  matches(value: string, keys: RequestKeys): boolean
}

const variable = /\$\{([^}]*)\}/

/** `variables` is off for policies of version 2008-10-17, in which `${…}` has no meaning. */
export function pattern(
  text: string,
  kind: PatternKind,
  { ignoreCase = false, variables = true }: { ignoreCase?: boolean; variables?: boolean } = {},
): Pattern {
  const flags = ignoreCase ? 'is' : 's'
  const parts = variables ? text.split(variable) : [text]
  const wildcard = kind !== 'literal' && /[*?]/.test(parts.filter((_, index) => index % 2 === 0).join(''))
  if (text === '*' && wildcard) return { text, wildcard, keys: [], matches: () => true }
  const sources = sourcesOf(parts, kind)
  const names = parts.filter((_, index) => index % 2 === 1).map(parseVariable)
  const keys = names.flatMap(({ key }) => (key === undefined ? [] : [key]))
  if (!wildcard && !ignoreCase && names.length === 0)
    return { text, wildcard, keys, matches: (value) => value === text }
  if (keys.length === 0) {
    const compiled = new RegExp(
      `^${join(
        sources,
        names.map(({ otherwise }) => otherwise ?? ''),
      )}$`,
      flags,
    )
    return { text, wildcard, keys, matches: (value) => compiled.test(value) }
  }
  return {
    text,
    wildcard,
    keys,
    matches(value, request) {
      const values = names.map(
        ({ key, otherwise }) => (key === undefined ? undefined : request(key)?.[0]) ?? otherwise,
      )
      if (!values.every((each) => each !== undefined)) return false
      return new RegExp(`^${join(sources, values)}$`, flags).test(value)
    },
  }
}

/** `key`, `key, 'value if absent'`, or one of the characters `*`, `?` and `$` meant as itself. */
function parseVariable(inner: string): { key?: string; otherwise?: string } {
  if (['*', '?', '$'].includes(inner)) return { otherwise: inner }
  const [, key = inner, otherwise] = /^([^,]*?)\s*(?:,\s*'(.*)')?$/.exec(inner) ?? []
  return { key: key.toLowerCase(), ...(otherwise === undefined ? {} : { otherwise }) }
}

function join(sources: readonly string[], values: readonly string[]): string {
  return sources.map((source, index) => source + escaped(values[index] ?? '')).join('')
}

/** Regular expressions of the texts between the variables. */
function sourcesOf(parts: readonly string[], kind: PatternKind): string[] {
  let colons = 0
  return parts
    .filter((_, index) => index % 2 === 0)
    .map((part) =>
      part.replace(/[\s\S]/g, (character, at: number) => {
        if (character === ':') colons += 1
        if (kind === 'literal' || !'*?'.includes(character)) return escaped(character)
        const free = kind === 'text' || colons >= 5
        if (character === '?') return free ? '.' : '[^:]'
        const next = part[at + 1]
        const ends = kind === 'resource' && (next === undefined || next === ':')
        return free || ends ? '.*' : '[^:]*'
      }),
    )
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
