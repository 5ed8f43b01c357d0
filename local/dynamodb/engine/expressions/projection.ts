import { define } from '../values.ts'
import type { AttributeValue, Item } from '../values.ts'
import { valueAt } from './evaluate.ts'
import { nameOf, parsePath, startParsing } from './parse.ts'
import type { Path, Scope, Used } from './parse.ts'
import { checkDistinctPaths } from './paths.ts'
import { ExpressionError } from './tokens.ts'

export interface ParsedProjection extends Used {
  readonly paths: readonly Path[]
}

/** Parses a ProjectionExpression; throws an ExpressionError. */
export function parseProjection(text: string): ParsedProjection {
  const parsing = startParsing(text)
  const paths = [parsePath(parsing)]
  while (parsing.reader.skip(',')) paths.push(parsePath(parsing))
  if (parsing.reader.next.kind !== 'end') throw parsing.reader.unexpected()
  const worst = parsing.worst()
  if (worst !== undefined) throw new ExpressionError(worst)
  return { paths, names: parsing.names, values: parsing.values, checks: [checkDistinctPaths(paths)] }
}

/** A part of a document under construction; list elements keep their numbers until it is finished. */
interface Part {
  value?: AttributeValue
  members?: Map<string, Part>
  elements?: Map<number, Part>
}

/** Only what the paths lead to; list elements move together. */
export function project(item: Item, paths: readonly Path[], scope: Scope): Item {
  if (paths.every((path) => path.length === 1)) return projectTop(item, paths, scope)
  const root: Part = {}
  for (const path of paths) {
    const value = valueAt(path, item, scope)
    if (value) partAt(root, path, scope).value = value
  }
  return mapOf(root)
}

function projectTop(item: Item, paths: readonly Path[], scope: Scope): Item {
  const projected: Record<string, AttributeValue> = {}
  for (const path of paths) {
    const [step] = path
    const value = valueAt(path, item, scope)
    if (value && typeof step === 'object') define(projected, nameOf(step, scope), value)
  }
  return projected
}

function partAt(root: Part, path: Path, scope: Scope): Part {
  let part = root
  for (const step of path) {
    if (typeof step === 'number') part = child((part.elements ??= new Map<number, Part>()), step)
    else part = child((part.members ??= new Map<string, Part>()), nameOf(step, scope))
  }
  return part
}

function child<K>(parts: Map<K, Part>, key: K): Part {
  const found = parts.get(key) ?? {}
  parts.set(key, found)
  return found
}

function finished(part: Part): AttributeValue {
  if (part.value) return part.value
  if (!part.elements) return { M: mapOf(part) }
  return { L: [...part.elements].sort(([one], [other]) => one - other).map(([, each]) => finished(each)) }
}

function mapOf(part: Part): Item {
  const map: Record<string, AttributeValue> = {}
  for (const [name, each] of part.members ?? []) define(map, name, finished(each))
  return map
}
