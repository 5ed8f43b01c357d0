import { getLocation, type ASTNode } from 'graphql'
import type { ResolverError } from '../resolver.ts'

export type Path = readonly (string | number)[]

export interface ErrorLocation {
  readonly line: number
  readonly column: number
  readonly sourceName: null
}

/** An entry of `errors`, members in the order in which AppSync writes them. */
export interface ErrorEntry {
  readonly path: Path | null
  readonly data?: unknown
  readonly errorType?: string | null
  readonly errorInfo?: unknown
  readonly locations: readonly ErrorLocation[] | null
  readonly message: string
}

export function locationOf(node: ASTNode | undefined): ErrorLocation[] {
  if (!node?.loc) return []
  const { line, column } = getLocation(node.loc.source, node.loc.start)
  return [{ line, column, sourceName: null }]
}

/** What a resolver or AppSync itself reports of one field. */
export function fieldError(path: Path, node: ASTNode, error: ResolverError): ErrorEntry {
  return {
    path,
    data: error.data ?? null,
    errorType: error.errorType,
    errorInfo: error.errorInfo ?? null,
    locations: locationOf(node),
    message: error.message,
  }
}

/** What is wrong with a value that was already there: no position in the query, no type. */
export function valueError(path: Path, message: string): ErrorEntry {
  return { path, locations: null, message }
}

/** A query or its variables are refused as a whole. */
export function requestError(message: string, locations: ErrorLocation[] | null): ErrorEntry {
  return { path: null, locations, message }
}

/** `/list/items[0]/field`, as messages name a place in the answer. */
export function pathText(path: Path): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `/${step}`)).join('')
}
