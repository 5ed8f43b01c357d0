import { createHash } from 'node:crypto'
import { incomplete, missingToken } from './errors.ts'
import { decoded, header, queryOf } from './request.ts'
import type { HttpRequest } from './request.ts'

/** What a signed request says of its signature. */
export interface Claim {
  readonly accessKeyId: string
  /** The credential scope: YYYYMMDD, region, service and `aws4_request`. */
  readonly scope: {
    readonly date: string
    readonly region: string
    readonly service: string
    readonly end: string
  }
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** X-Amz-Date, e.g. `20130524T000000Z`. */
  readonly date: string
  readonly sessionToken: string | undefined
  /** Seconds that a presigned URL is valid; undefined when the Authorization header carries the signature. */
  readonly expires: number | undefined
}

const algorithm = 'AWS4-HMAC-SHA256'

/** Reads the claim from the Authorization header, else from the query; throws AwsError naming what is missing. */
export function claimOf(request: HttpRequest): Claim {
  const authorization = header(request, 'authorization')
  if (authorization !== undefined) return headerClaim(request, authorization)
  const query = new Map(queryOf(request.url).map(([name, value]) => [decoded(name), decoded(value)]))
  if (!query.has('X-Amz-Algorithm') && !query.has('X-Amz-Signature')) throw missingToken()
  return queryClaim(query)
}

function headerClaim(request: HttpRequest, authorization: string): Claim {
  if (!authorization.startsWith(`${algorithm} `) && authorization !== algorithm) {
    const kind = authorization.split(' ', 1)[0] ?? ''
    throw incomplete(`Unsupported AWS 'algorithm': '${kind}'. ${hashed(authorization)}`)
  }
  const parts = new Map<string, string>()
  for (const part of authorization
    .slice(algorithm.length)
    .split(',')
    .map((each) => each.trim())) {
    if (part === '') continue
    const equals = part.indexOf('=')
    if (equals < 0)
      throw incomplete(
        `'${part}' not a valid key=value pair (missing equal-sign) in Authorization header ${hashed(authorization)}`,
      )
    parts.set(part.slice(0, equals), part.slice(equals + 1))
  }
  const date = header(request, 'x-amz-date') ?? basicFormat(header(request, 'date'))
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => !parts.get(name))
    .map((name) => `Authorization header requires '${name}' parameter. `)
  if (date === undefined)
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
  if (missing.length > 0 || date === undefined) throw incomplete(missing.join('') + hashed(authorization))
  return {
    ...credential(parts.get('Credential') ?? ''),
    signedHeaders: (parts.get('SignedHeaders') ?? '').split(';'),
    signature: parts.get('Signature') ?? '',
    date: checkedDate(date),
    sessionToken: header(request, 'x-amz-security-token'),
    expires: undefined,
  }
}

const queryParts = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date'].map(
  (name) => `X-Amz-${name}`,
)
const aWeek = 604_800

function queryClaim(query: ReadonlyMap<string, string>): Claim {
  const missing = queryParts.filter((name) => !query.get(name))
  if (missing.length > 0)
    throw incomplete(
      missing
        .map((name) => `AWS query-string parameters must include '${name}'. `)
        .join('')
        .trim(),
    )
  const kind = query.get('X-Amz-Algorithm') ?? ''
  if (kind !== algorithm) throw incomplete(`Unsupported AWS 'algorithm': '${kind}'.`)
  const expires = Number(query.get('X-Amz-Expires') ?? 300)
  if (!Number.isInteger(expires) || expires < 0 || expires > aWeek)
    throw incomplete(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${aWeek} seconds`,
    )
  return {
    ...credential(query.get('X-Amz-Credential') ?? ''),
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    date: checkedDate(query.get('X-Amz-Date') ?? ''),
    sessionToken: query.get('X-Amz-Security-Token'),
    expires,
  }
}

function credential(text: string): Pick<Claim, 'accessKeyId' | 'scope'> {
  const parts = text.split('/')
  if (parts.length !== 5)
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}'`,
    )
  const [accessKeyId = '', date = '', region = '', service = '', end = ''] = parts
  return { accessKeyId, scope: { date, region, service, end } }
}

function checkedDate(date: string): string {
  if (/^\d{8}T\d{6}Z$/.test(date)) return date
  throw incomplete(
    `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  )
}

/** A Date header in X-Amz-Date's form. */
function basicFormat(date: string | undefined): string | undefined {
  if (date === undefined) return undefined
  const time = Date.parse(date)
  return Number.isNaN(time) ? date : new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** AWS stopped to repeat the header itself. */
function hashed(authorization: string): string {
  const hash = createHash('sha256').update(authorization).digest('base64')
  return `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`
}
