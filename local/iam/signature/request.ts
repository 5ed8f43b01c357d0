/** An HTTP request as it came over the wire. */
export interface HttpRequest {
  readonly method: string
  /** Raw path and query, not decoded. */
  readonly url: string
  /** By lower-cased name, as Node hands them on. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array | string
}

export function header(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'object' ? value.join(',') : value
}

/** Names and values of the query as the sender encoded them. */
export function queryOf(url: string): [name: string, value: string][] {
  const start = url.indexOf('?')
  if (start < 0) return []
  return url
    .slice(start + 1)
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=')
      return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
    })
}

export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** Undoes percent-encoding; a sequence that is none stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
