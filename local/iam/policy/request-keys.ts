import { principalArn } from '../../aws/principal.ts'
import { userId } from '../credentials.ts'
import type { Clock } from '../../aws/clock.ts'
import type { Place } from '../../aws/place.ts'
import type { Principal } from '../../aws/principal.ts'

/** Values of a condition key in a request, by lower-cased key; undefined when the request has no such key. */
export type RequestKeys = (key: string) => readonly string[] | undefined

interface Request {
  readonly principal: Principal
  /** Of the calling role; the keys in lower case. */
  readonly tags: ReadonlyMap<string, string> | undefined
  readonly place: Place
  readonly clock: Clock
}

type GlobalKey = (request: Request) => string | undefined

const never: GlobalKey = () => undefined
const no: GlobalKey = () => 'false'
const ofService =
  (value: (principal: Extract<Principal, { kind: 'service' }>, place: Place) => string): GlobalKey =>
  ({ principal, place }) =>
    principal.kind === 'service' ? value(principal, place) : undefined
const ofCaller =
  (value: (request: Request) => string | undefined): GlobalKey =>
  (request) =>
    request.principal.kind === 'service' ? undefined : value(request)

/** AWS's global condition keys, lower-cased, as this cloud can tell them. */
const globalKeys: Readonly<Record<string, GlobalKey>> = {
  'aws:calledvia': never,
  'aws:calledviafirst': never,
  'aws:calledvialast': never,
  'aws:currenttime': ({ clock }) => new Date(clock.now()).toISOString(),
  'aws:epochtime': ({ clock }) => String(Math.floor(clock.now() / 1000)),
  'aws:federatedprovider': never,
  'aws:multifactorauthage': never,
  'aws:multifactorauthpresent': ({ principal }) => (principal.kind === 'role' ? 'false' : undefined),
  'aws:principalaccount': ofCaller(({ place }) => place.account),
  'aws:principalarn': ofCaller(({ principal, place }) =>
    principal.kind === 'role' ? principal.roleArn : principalArn(principal, place.account),
  ),
  'aws:principalisawsservice': ({ principal }) => String(principal.kind === 'service'),
  'aws:principalorgid': never,
  'aws:principalorgpaths': never,
  'aws:principalservicename': ofService(({ service }) => service),
  'aws:principalservicenameslist': ofService(({ service }) => service),
  'aws:principaltype': ofCaller(({ principal }) => (principal.kind === 'role' ? 'AssumedRole' : 'User')),
  'aws:requestedregion': ({ place }) => place.region,
  'aws:resourceaccount': ({ place }) => place.account,
  'aws:resourceorgid': never,
  'aws:resourceorgpaths': never,
  // The gateway speaks plain HTTP on loopback in place of AWS's TLS endpoints.
  'aws:securetransport': () => 'true',
  'aws:sourceaccount': ofService((_, place) => place.account),
  'aws:sourcearn': ofService(({ sourceArn }) => sourceArn),
  'aws:sourceidentity': never,
  'aws:sourceip': ofCaller(() => '127.0.0.1'),
  'aws:sourceorgid': never,
  'aws:sourceorgpaths': never,
  'aws:sourcevpc': never,
  'aws:sourcevpcarn': never,
  'aws:sourcevpce': never,
  'aws:userid': ofCaller(({ principal }) => userId(principal)),
  'aws:username': ofCaller(({ principal }) => (principal.kind === 'operator' ? 'operator' : undefined)),
  'aws:viaawsservice': no,
  'aws:vpcsourceip': never,
}

/**
 * Keys of single services that a Permission carries in its `context`. A service may only be listed with a key that
 * it hands in on every call for which AWS would.
 */
const serviceKeys = new Set(
  [
    'dynamodb:LeadingKeys',
    'dynamodb:Attributes',
    'dynamodb:Select',
    'dynamodb:ReturnValues',
    'dynamodb:ReturnConsumedCapacity',
    'dynamodb:EnclosingOperation',
    'iam:PassedToService',
  ].map((key) => key.toLowerCase()),
)

const principalTag = 'aws:principaltag/'

/** Keys whose value differs between calls that are otherwise alike. */
export const timeKeys = ['aws:currenttime', 'aws:epochtime']
export const sessionKeys = ['aws:userid']

export function isKnownKey(key: string): boolean {
  const lower = key.toLowerCase()
  return Object.hasOwn(globalKeys, lower) || serviceKeys.has(lower) || lower.startsWith(principalTag)
}

/** `context` is that of the Permission: its keys go before the global ones. */
export function requestKeys(
  request: Request,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): RequestKeys {
  const given = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return (key) => {
    const value = given.get(key) ?? globalValue(key, request)
    return typeof value === 'string' ? [value] : value
  }
}

function globalValue(key: string, request: Request): string | undefined {
  if (key.startsWith(principalTag)) return request.tags?.get(key.slice(principalTag.length))
  return globalKeys[key]?.(request)
}
