import { number, text } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import { invalid } from '../logs.ts'

/** One page of `items`; the token is the key of the page's last item, so `items` must be in one order each time. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  input: Input,
  most: number,
): { shown: T[]; next: { nextToken?: string } } {
  const limit = number(input, 'limit') ?? most
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw invalid(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
    )
  const token = text(input, 'nextToken')
  const from = token === undefined ? 0 : 1 + items.findIndex((item) => encoded(keyOf(item)) === token)
  if (token !== undefined && from === 0) throw invalid('The specified nextToken is invalid.')
  const shown = items.slice(from, from + limit)
  const last = shown.at(-1)
  return { shown, next: last && from + limit < items.length ? { nextToken: encoded(keyOf(last)) } : {} }
}

function encoded(key: string): string {
  return Buffer.from(key).toString('base64url')
}
