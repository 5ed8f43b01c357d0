import type { Principal } from '../aws/principal.ts'
import { AwsError } from '../aws/error.ts'
import type { Api, Caller } from './api.ts'
import { RequestRefused } from './http/refusal.ts'

/** What a signature is checked against. */
export interface SignedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array | string
}

/** Verifies a SigV4 signature. Throws AwsError. */
export type Authenticate = (request: SignedRequest, service: 'appsync') => Principal

/**
 * Who sends a request, by API key or signature. Throws RequestRefused: 401 for a missing or unknown credential or a
 * mode that the API does not have, else what the signature check says.
 */
export function callerOf(
  api: Api,
  request: SignedRequest,
  by: { authenticate: Authenticate; now: number; sourceIp: string },
): Caller {
  const { headers } = request
  const authorization = text(headers.authorization)
  if (authorization.startsWith('AWS4-')) {
    if (!api.authModes.includes('AWS_IAM')) throw notAuthorized()
    return { mode: 'AWS_IAM', principal: signer(request, by.authenticate), sourceIp: by.sourceIp }
  }
  const key = text(headers['x-api-key'])
  if (key === '')
    throw new RequestRefused(401, 'UnauthorizedException', 'Valid authorization header not provided.')
  const known =
    api.authModes.includes('API_KEY') && api.keys.some((each) => each.key === key && each.expires > by.now)
  if (!known) throw notAuthorized()
  return { mode: 'API_KEY', sourceIp: by.sourceIp }
}

function signer(request: SignedRequest, authenticate: Authenticate): Principal {
  try {
    return authenticate(request, 'appsync')
  } catch (error) {
    if (error instanceof AwsError)
      throw new RequestRefused(error.status === 400 ? 403 : error.status, error.code, error.message)
    throw error
  }
}

const notAuthorized = (): RequestRefused =>
  new RequestRefused(401, 'UnauthorizedException', 'You are not authorized to make this call.')

function text(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? ''
}
