import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'
import { canonicalRequest } from './canonical.ts'
import { claimOf } from './claim.ts'
import { invalidSignature, unrecognizedClient } from './errors.ts'
import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../aws/clock.ts'
import type { Principal } from '../../aws/principal.ts'
import type { Identity } from '../credentials.ts'
import type { Claim } from './claim.ts'
import type { HttpRequest } from './request.ts'

const allowedSkew = 5 * 60_000
const mostCachedKeys = 1_000

/** Verifies requests signed with Signature Version 4, in the Authorization header or in a presigned URL. */
export class Verifier {
  readonly #region: string
  readonly #clock: Clock
  readonly #identityOf: (accessKeyId: string) => Identity | undefined
  readonly #signingKeys = new Map<string, KeyObject>()

  constructor(region: string, clock: Clock, identityOf: (accessKeyId: string) => Identity | undefined) {
    this.#region = region
    this.#clock = clock
    this.#identityOf = identityOf
  }

  /** Who signed. `service` is the one addressed, when known. Throws AwsError under the code of the JSON protocols. */
  authenticate(request: HttpRequest, service?: string): Principal {
    const claim = claimOf(request)
    const identity = this.#identityOf(claim.accessKeyId)
    if (identity === undefined || identity.credentials.sessionToken !== claim.sessionToken)
      throw unrecognizedClient()
    this.#checkScope(claim, service)
    this.#checkTime(claim)
    const canonical = canonicalRequest(request, claim)
    const { date, region, service: scoped, end } = claim.scope
    const toSign = [
      'AWS4-HMAC-SHA256',
      claim.date,
      `${date}/${region}/${scoped}/${end}`,
      hash('sha256', canonical),
    ].join('\n')
    const expected = createHmac('sha256', this.#signingKey(claim, identity)).update(toSign).digest('hex')
    if (!equal(expected, claim.signature)) throw mismatch(canonical, toSign)
    return identity.principal
  }

  #checkScope({ scope, date, signedHeaders }: Claim, service: string | undefined): void {
    const faults: string[] = []
    if (scope.region !== this.#region)
      faults.push(`Credential should be scoped to a valid region, not '${scope.region}'. `)
    if (service !== undefined && scope.service !== service)
      faults.push(`Credential should be scoped to correct service: '${service}'. `)
    if (scope.end !== 'aws4_request')
      faults.push(`Credential should be scoped with a valid terminator: 'aws4_request', not '${scope.end}'. `)
    if (scope.date !== date.slice(0, 8))
      faults.push(
        `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date.slice(0, 8)}', from '${date}'. `,
      )
    if (!signedHeaders.includes('host'))
      faults.push("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization. ")
    if (faults.length > 0) throw invalidSignature(faults.join(''))
  }

  #checkTime({ date, expires }: Claim): void {
    const now = this.#clock.now()
    const signed = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
    if (signed - now > allowedSkew)
      throw invalidSignature(
        `Signature not yet current: ${date} is still later than ${basic(now + allowedSkew)} (${basic(now)} + 5 min.)`,
      )
    if (expires !== undefined && now > signed + expires * 1000)
      throw invalidSignature(
        `Signature expired: ${basic(signed + expires * 1000)} is now earlier than ${basic(now)}`,
      )
    if (expires === undefined && now - signed > allowedSkew)
      throw invalidSignature(
        `Signature expired: ${date} is now earlier than ${basic(now - allowedSkew)} (${basic(now)} - 5 min.)`,
      )
  }

  #signingKey({ accessKeyId, scope }: Claim, { credentials }: Identity): KeyObject {
    const name = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}`
    const known = this.#signingKeys.get(name)
    if (known !== undefined) return known
    let bytes: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`)
    for (const part of [scope.date, scope.region, scope.service, scope.end])
      bytes = createHmac('sha256', bytes).update(part).digest()
    const key = createSecretKey(bytes)
    if (this.#signingKeys.size >= mostCachedKeys) this.#signingKeys.clear()
    this.#signingKeys.set(name, key)
    return key
  }
}

function mismatch(canonical: string, toSign: string): Error {
  return invalidSignature(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.' +
      `\n\nThe Canonical String for this request should have been\n'${canonical}'` +
      `\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
  )
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b, 'latin1'))
}

function basic(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
