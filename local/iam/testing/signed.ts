import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { createIam } from '../index.ts'
import { place, role, roleArn } from './iam.ts'
import type { Credentials } from '../../aws/context.ts'
import type { Principal } from '../../aws/principal.ts'
import type { Iam } from '../index.ts'
import type { HttpRequest } from '../signature/request.ts'

export const signedAt = Date.UTC(2026, 0, 2, 3, 4, 5)
/** The clock of the IAM under test; set back by `freshIam`. */
export const time = { now: signedAt }
export const minutes = (count: number): number => count * 60_000

export async function freshIam(): Promise<Iam> {
  const iam = createIam({ place, seed: 'seed', clock: { now: () => time.now, at: () => () => undefined } })
  await iam.service.deploy([role()])
  time.now = signedAt
  return iam
}

export interface Wish {
  method?: string
  path?: string
  query?: Record<string, string | string[]>
  headers?: Record<string, string>
  body?: string
  credentials?: Credentials
  region?: string
  service?: string
  presign?: number
}

/** Signs as the AWS SDK does and answers what then goes over the wire. */
export async function signed(
  iam: Iam,
  wish: Wish = {},
): Promise<HttpRequest & { headers: Record<string, string> }> {
  const { method = 'POST', path = '/', query = {}, headers = {}, body = '{}', presign } = wish
  const signer = new SignatureV4({
    credentials: wish.credentials ?? iam.credentials(roleArn),
    region: wish.region ?? 'us-east-1',
    service: wish.service ?? 'dynamodb',
    sha256: Sha256,
  })
  const request = {
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query,
    headers: { host: '127.0.0.1:4566', ...headers },
    body,
  }
  const options = { signingDate: new Date(signedAt) }
  const result =
    presign === undefined
      ? await signer.sign(request, options)
      : await signer.presign(request, { ...options, expiresIn: presign })
  const search = Object.entries(result.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each ?? '')}`),
  )
  const url = result.path + (search.length > 0 ? `?${search.join('&')}` : '')
  return { method, url, headers: result.headers, body }
}

export function refusal(iam: Iam, request: HttpRequest, service = 'dynamodb'): string {
  try {
    iam.authenticate(request, service)
    return 'accepted'
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`
    throw error
  }
}

export const worker: Principal = { kind: 'role', roleArn, session: 'worker' }

export const mismatch =
  'InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.'
