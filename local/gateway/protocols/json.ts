import { crc32 } from 'node:zlib'
import { AwsError } from '../../aws/error.ts'
import { record } from '../../aws/input.ts'
import type { Input } from '../../aws/service.ts'
import type { ApiCall, AwsRequest, AwsResponse, Protocol } from '../message.ts'
import { serviceByTarget } from '../services.ts'
import { errorType, queryErrorHeader } from './errorNames.ts'

/** AWS JSON 1.0 and 1.1: the operation stands in `X-Amz-Target`. */
export function jsonCall({ headers, body }: AwsRequest): ApiCall | undefined {
  const target = headers['x-amz-target']
  if (typeof target !== 'string') return undefined
  const dot = target.lastIndexOf('.')
  const service = serviceByTarget(target.slice(0, dot))
  const contentType = /^application\/x-amz-json-1\.[01]/.exec(headers['content-type'] ?? '')?.[0]
  return {
    protocol: contentType?.endsWith('1') ? json11 : json10,
    service: service ?? target.slice(0, dot),
    action: target.slice(dot + 1),
    input: () => parseJson(body),
  }
}

/** An object, for an empty body too. */
export function parseJson(body: Buffer): Input {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    throw new AwsError('SerializationException', 'The body is not valid JSON.')
  }
  const input = record(value)
  if (!input)
    throw new AwsError('SerializationException', 'Start of structure or map found where not expected.')
  return input
}

/** JSON with timestamps as seconds since the epoch and blobs in base64. */
export function jsonBody(output: object): string {
  return JSON.stringify(output, function (this: Record<string, unknown>, key: string, value: unknown) {
    const original = this[key]
    if (original instanceof Date) return original.getTime() / 1000
    if (original instanceof Uint8Array) return Buffer.from(original).toString('base64')
    return value
  })
}

function json(contentType: string): Protocol {
  const respond = (call: ApiCall, statusCode: number, body: string, requestId: string): AwsResponse => ({
    statusCode,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': requestId,
      ...(call.service === 'dynamodb' && { 'x-amz-crc32': String(crc32(body)) }),
    },
    body,
  })
  return {
    success: (call, output, requestId) =>
      // DynamoDB's values are texts already: no need to look at each.
      respond(call, 200, call.service === 'dynamodb' ? JSON.stringify(output) : jsonBody(output), requestId),
    failure(call, error, requestId) {
      const { code, message, members } = error
      const body = JSON.stringify({ __type: errorType(call.service, code), message, ...members })
      const response = respond(call, error.status, body, requestId)
      return { ...response, headers: { ...response.headers, ...queryErrorHeader(call.service, error) } }
    },
  }
}

export const json10 = json('application/x-amz-json-1.0')
const json11 = json('application/x-amz-json-1.1')
