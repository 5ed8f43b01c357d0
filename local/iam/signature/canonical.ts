import { hash } from 'node:crypto'
import { decoded, header, pathOf, queryOf } from './request.ts'
import type { Claim } from './claim.ts'
import type { HttpRequest } from './request.ts'

/** The canonical request of Signature Version 4, as every service but S3 forms it. */
export function canonicalRequest(request: HttpRequest, { signedHeaders }: Claim): string {
  return [
    request.method.toUpperCase(),
    canonicalPath(request.url),
    canonicalQuery(request.url),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(header(request, name) ?? '')}`),
    '',
    signedHeaders.join(';'),
    hash('sha256', request.body),
  ].join('\n')
}

/** Encoded once by the sender and once more here, dot segments and double slashes taken out. */
function canonicalPath(url: string): string {
  const path = pathOf(url)
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(encoded(segment))
  }
  const slash = segments.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${segments.join('/')}${slash}`
}

function canonicalQuery(url: string): string {
  return queryOf(url)
    .map(([name, value]) => [encoded(decoded(name)), encoded(decoded(value))] as const)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${name}=${value}`)
    .sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1))
    .join('&')
}

/** Compares by name, then by value: `=` must sort before every character of a longer name. */
function sortable(pair: string): string {
  return pair.replace('=', '\0')
}

function canonicalValue(value: string): string {
  return value.trim().replace(/\s+/g, ' ')
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
