import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { AwsError } from '../aws/error.ts'
import type { CloudContext } from '../aws/context.ts'
import type { Principal } from '../aws/principal.ts'
import type { Service } from '../aws/service.ts'
import { BodyTooLarge, readBody } from '../http/index.ts'
import type { ApiCall, AwsRequest, AwsResponse } from './message.ts'
import { json10 } from './protocols/json.ts'
import { recognize } from './recognize.ts'
import { signingName } from './services.ts'

export type { AwsResponse } from './message.ts'

/** A signed request as it came over the wire. */
export interface SignedRequest {
  readonly method: string
  /** Path and query string. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface GatewayParts {
  readonly services: readonly Service[]
  /** Who signed; throws AwsError when nobody we know did. `service` is what the signature must be for. */
  readonly authenticate: (request: SignedRequest, service: string) => Principal | Promise<Principal>
  readonly call: CloudContext['call']
  /** Told of what was refused before any service was called. */
  readonly onRefused?: (call: ApiCall, error: AwsError, requestId: string) => void
  /** Told of what is not an AwsError, before it is logged and answered as InternalFailure. */
  readonly onBug?: (error: unknown) => void
}

/** A request made inside the process, by somebody who is known. */
export interface KnownRequest {
  readonly host: string
  readonly method: string
  /** With its query string. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly principal: Principal
  readonly signal?: AbortSignal
}

export interface Gateway {
  /** Serves every AWS service on one port. */
  readonly listener: RequestListener
  /** Answers a signed request that came without a socket. Never rejects. */
  readonly answer: (request: SignedRequest, signal?: AbortSignal) => Promise<AwsResponse>
  /** Answers a request for an AWS host, such as `states.us-east-1.amazonaws.com`, without a socket. Never rejects. */
  readonly request: (request: KnownRequest) => Promise<AwsResponse>
}

/** Largest request body of any AWS service here: DynamoDB's 16 MB. */
const longestBody = 16 * 1024 * 1024

/** The AWS endpoint: speaks every wire protocol, knows no service. */
export function createGateway(parts: GatewayParts): Gateway {
  return {
    listener: (request, response) => void serve(parts, request, response),
    answer: (request, signal) => answerSigned(parts, request, signal),
    request: ({ host, method, path, headers, body, principal, signal }) => {
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
      const request: AwsRequest = {
        method,
        path,
        headers: { ...(Object.fromEntries(lowerCase) as IncomingHttpHeaders), host },
        body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(body),
      }
      return answer(parts, request, () => principal, signal)
    },
  }
}

async function serve(parts: GatewayParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hungUp = new AbortController()
  // Only a caller who left early: making the abort's error costs as much as a small request.
  response.on('close', () => {
    if (!response.writableEnded) hungUp.abort()
  })
  response.on('error', () => undefined)
  const { method = 'GET', url = '/', headers } = request
  try {
    const body = await readBody(request, longestBody)
    write(response, await answerSigned(parts, { method, url, headers, body }, hungUp.signal))
  } catch (error) {
    // Nothing can be told to a caller who hung up while sending.
    if (!(error instanceof BodyTooLarge)) return void response.destroy()
    const tooLarge = new AwsError('RequestEntityTooLargeException', error.message, { status: 413 })
    write(response, json10.failure(unknown, tooLarge, randomUUID()), { connection: 'close' })
  }
}

function write(response: ServerResponse, answer: AwsResponse, more: Record<string, string> = {}): void {
  const length = typeof answer.body === 'string' ? Buffer.byteLength(answer.body) : answer.body.length
  response
    .writeHead(answer.statusCode, { ...answer.headers, 'content-length': length, ...more })
    .end(answer.body)
}

function answerSigned(
  parts: GatewayParts,
  request: SignedRequest,
  signal: AbortSignal | undefined,
): Promise<AwsResponse> {
  const { method, url: path, headers, body } = request
  const known = (service: string): Principal | Promise<Principal> => parts.authenticate(request, service)
  return answer(parts, { method, path, headers, body }, known, signal)
}

/** Stands for a call that could not be told. */
const unknown: ApiCall = { protocol: json10, service: '', action: '', input: () => ({}) }

async function answer(
  parts: GatewayParts,
  request: AwsRequest,
  authenticate: (service: string) => Principal | Promise<Principal>,
  signal: AbortSignal | undefined,
): Promise<AwsResponse> {
  const requestId = randomUUID()
  let call = unknown
  let known = false
  try {
    call = recognize(unzipped(request))
    refuseUnknown(parts.services, call)
    const principal = await authenticate(signingName(call.service))
    const input = call.input()
    known = true
    const output = await parts.call(call.service, call.action, input, principal, signal, requestId)
    return call.protocol.success(call, output ?? {}, requestId)
  } catch (error) {
    if (error instanceof AwsError) {
      if (!known) parts.onRefused?.(call, error, requestId)
      return call.protocol.failure(call, error, requestId)
    }
    parts.onBug?.(error)
    console.error(`${call.service}:${call.action} failed unexpectedly:`, error)
    return call.protocol.failure(call, internalFailure(), requestId)
  }
}

function refuseUnknown(services: readonly Service[], { service, action }: ApiCall): void {
  const found = services.find((each) => each.name === service)
  if (!found)
    throw new AwsError('UnknownOperationException', `The service ${service || '""'} is not served here.`)
  if (!Object.hasOwn(found.actions, action))
    throw new AwsError(
      'UnknownOperationException',
      `The operation ${action} of ${service} is not served here.`,
    )
}

/** SDKs compress long bodies of some operations, such as PutMetricData. */
function unzipped(request: AwsRequest): AwsRequest {
  if (request.headers['content-encoding'] !== 'gzip') return request
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: longestBody }) }
  } catch {
    throw new AwsError('SerializationException', 'The body is not valid gzip.')
  }
}

function internalFailure(): AwsError {
  return new AwsError('InternalFailure', 'The request processing has failed because of an internal error.', {
    status: 500,
  })
}
