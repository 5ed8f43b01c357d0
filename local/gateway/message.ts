import type { IncomingHttpHeaders } from 'node:http'
import type { AwsError } from '../aws/error.ts'
import type { Input } from '../aws/service.ts'

/** An HTTP request to an AWS endpoint, whole. */
export interface AwsRequest {
  readonly method: string
  /** With its query string. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface AwsResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** One API call as its wire protocol tells it. */
export interface ApiCall {
  readonly protocol: Protocol
  readonly service: string
  readonly action: string
  /** Parses the members; throws AwsError (SerializationException) on a malformed body. */
  input(): Input
}

/** How answers are written. */
export interface Protocol {
  success(call: ApiCall, output: object, requestId: string): AwsResponse
  failure(call: ApiCall, error: AwsError, requestId: string): AwsResponse
}

/** Path and parameters of a request; never throws, whatever stands there. */
export function splitPath(path: string): { pathname: string; parameters: URLSearchParams } {
  const mark = path.indexOf('?')
  if (mark < 0) return { pathname: path, parameters: new URLSearchParams() }
  return { pathname: path.slice(0, mark), parameters: new URLSearchParams(path.slice(mark + 1)) }
}
