import { AwsError } from '../../aws/error.ts'
import { record } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { ApiCall, AwsRequest, AwsResponse, Protocol } from '../message.ts'
import { isTimestamp, serviceByTarget } from '../services.ts'
import { decodeCbor, encodeCbor } from './cborCodec.ts'
import { errorType, queryErrorHeader } from './errorNames.ts'

/** Smithy's rpc-v2-cbor: the operation stands in the path. */
export function cborCall({ headers, path, body }: AwsRequest): ApiCall | undefined {
  if (headers['smithy-protocol'] !== 'rpc-v2-cbor') return undefined
  const [, target, action] = /^\/service\/([^/?]+)\/operation\/([^/?]+)/.exec(path) ?? []
  if (target === undefined || action === undefined) return undefined
  return { protocol: cbor, service: serviceByTarget(target) ?? target, action, input: () => parse(body) }
}

function parse(body: Buffer): Input {
  if (body.length === 0) return {}
  try {
    const input = record(decodeCbor(body))
    if (input) return input
  } catch {
    // Falls through: the same answer for what is no CBOR and for what is no structure.
  }
  throw new AwsError('SerializationException', 'The body is not a valid CBOR structure.')
}

const cbor: Protocol = {
  success: ({ service }, output, requestId) => respond(200, withDates(service, output), requestId),
  failure({ service }, error, requestId) {
    const body = { __type: errorType(service, error.code), message: error.message, ...error.members }
    const response = respond(error.status, body, requestId)
    return { ...response, headers: { ...response.headers, ...queryErrorHeader(service, error) } }
  },
}

function respond(statusCode: number, body: unknown, requestId: string): AwsResponse {
  const headers = {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  }
  return { statusCode, headers, body: encodeCbor(body) }
}

/** Turns the numbers of timestamp members into dates, which CBOR tags. */
function withDates(service: string, value: unknown, member = ''): unknown {
  if (typeof value === 'number') return isTimestamp(service, member) ? new Date(value * 1000) : value
  if (Array.isArray(value)) return value.map((item) => withDates(service, item, member))
  if (value instanceof Date || value instanceof Uint8Array) return value
  const members = record(value)
  if (!members) return value
  return Object.fromEntries(
    Object.entries(members).map(([name, each]) => [name, withDates(service, each, name)]),
  )
}
