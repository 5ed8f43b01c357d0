import { resolved, shown } from './parse.ts'
import type { Check, Path } from './parse.ts'

/** No path may be another, lead to another, or take for a list what another takes for a map. */
export function checkDistinctPaths(paths: readonly Path[]): Check {
  return (scope) => {
    const all = paths.length > 1 ? paths.map((path) => resolved(path, scope)) : []
    let conflict: string | undefined
    for (const [at, path] of all.entries())
      for (const earlier of all.slice(0, at)) {
        const kind = collision(earlier, path)
        if (!kind) continue
        const message =
          `Two document paths ${kind} with each other; must remove or rewrite one of these paths; ` +
          `path one: ${shown(earlier)}, path two: ${shown(path)}`
        if (kind === 'overlap') return message
        conflict ??= message
      }
    return conflict
  }
}

function collision(
  one: readonly (string | number)[],
  other: readonly (string | number)[],
): 'overlap' | 'conflict' | undefined {
  for (let at = 0; at < one.length && at < other.length; at++) {
    if (typeof one[at] !== typeof other[at]) return 'conflict'
    if (one[at] !== other[at]) return undefined
  }
  return 'overlap'
}
