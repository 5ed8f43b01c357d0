import { inlineMap } from './origin.ts'
import type { ParsedCode } from './ast.ts'
import type { Problem } from './codeError.ts'

/** Characters of a code file, its source map included. */
const mostCharacters = 32_768

/** Where code begins to be too long; a source map at its end is no place to show. */
export function sizeProblem({ source, origin }: ParsedCode): Problem | undefined {
  if (source.length <= mostCharacters) return undefined
  const map = inlineMap.exec(source)
  const code =
    map && map.index < mostCharacters ? source.slice(0, map.index).trimEnd() : source.slice(0, mostCharacters)
  const line = code.split('\n').length
  const column = code.length - code.lastIndexOf('\n')
  const ofMap = map ? `, of which ${map[0].length} are its source map` : ''
  const message = `code has ${mostCharacters} characters (32 KB) at most, this has ${source.length}${ofMap}`
  return { ...origin(line, column), message }
}
