import type { ResolverError } from '../resolver.ts'
import { hopByHop } from './inside/hopByHop.ts'

/** Names and values together, in bytes. */
const mostBytes = 4_096

const restricted = new Set([
  ...hopByHop,
  'access-control-allow-credentials',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'vary',
  'content-type',
])

/**
 * Adds what `util.http.addResponseHeader` was called with; the last value of a name counts. What AppSync does not
 * let through is left out and answered as errors for the response.
 */
export function addResponseHeaders(
  headers: Record<string, string>,
  added: readonly { name: unknown; value: unknown }[],
): ResolverError[] {
  const errors: ResolverError[] = []
  for (const { name, value } of added) {
    const key = typeof name === 'string' ? name.toLowerCase() : ''
    const problem = problemWith(key, value) ?? tooLarge(headers, key, textOf(value))
    if (problem === undefined) headers[key] = textOf(value)
    else errors.push({ message: problem, errorType: 'ResponseHeaderError', data: null, errorInfo: null })
  }
  return errors
}

function problemWith(name: string, value: unknown): string | undefined {
  if (name === '') return 'A response header needs a name.'
  if (restricted.has(name) || name.startsWith('x-amzn-') || name.startsWith('x-amz-'))
    return `The response header '${name}' is restricted.`
  return value === null || value === undefined ? `The response header '${name}' has no value.` : undefined
}

function tooLarge(headers: Record<string, string>, name: string, value: string): string | undefined {
  let bytes = 0
  for (const [each, text] of Object.entries({ ...headers, [name]: value }))
    bytes += Buffer.byteLength(each) + Buffer.byteLength(text)
  return bytes > mostBytes
    ? `With the response header '${name}' the headers exceed ${mostBytes} bytes.`
    : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
