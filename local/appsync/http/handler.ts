import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { CloudContext } from '../../aws/context.ts'
import { BodyTooLarge, readBody } from '../../http/index.ts'
import type { Api } from '../api.ts'
import { callerOf, type Authenticate } from '../caller.ts'
import type { ActiveFaults } from '../faults.ts'
import { execute, type GraphQLRequest } from '../query/execute.ts'
import type { Headers, Run } from '../query/run.ts'
import { graphqlPath } from '../resourceTypes.ts'
import { jsonAnswer, preflightAnswer, refusalAnswer } from './answer.ts'
import type { HttpAnswer } from './answer.ts'
import { longestBody, requestOfBody, requestOfParameters } from './body.ts'
import { requestHeaders } from './headers.ts'
import { recordRequest } from './record.ts'
import { RequestRefused } from './refusal.ts'
import { urlOf } from './url.ts'

export interface GraphQLServer {
  readonly context: CloudContext
  readonly authenticate: Authenticate
  readonly faults: Pick<ActiveFaults, 'meet'>
  /** The API as last deployed. */
  api(): Api | undefined
  /** Pushes what a finished run published. */
  publish(run: Run): void
}

/** A request over HTTP, however it came here. */
export interface HttpRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** As resolvers read them. */
  readonly resolverHeaders: Headers
  readonly sourceIp: string
  /** Rejects with BodyTooLarge. */
  readonly body: () => Promise<Buffer> | Buffer
}

/** Answers one request that came by a socket. Never rejects: what goes wrong inside is a 500. */
export async function handleHttp(
  server: GraphQLServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '/', headers } = request
  const {
    status,
    headers: answered,
    body,
  } = await answerHttp(server, {
    method,
    url,
    headers,
    resolverHeaders: requestHeaders(request),
    sourceIp: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    body: () => readBody(request, longestBody).catch(notWhole),
  })
  if (response.destroyed) return
  // What is left of a body that was not read would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close')
  response.writeHead(status, { ...answered, 'content-length': body.length }).end(body)
}

function notWhole(error: unknown): never {
  if (error instanceof BodyTooLarge) throw error
  throw new RequestRefused(400, 'MalformedHttpRequestException', 'The request was not sent whole.')
}

/** Answers one request. Never rejects. */
export async function answerHttp(server: GraphQLServer, request: HttpRequest): Promise<HttpAnswer> {
  const started = performance.now()
  const requestId = randomUUID()
  const { status, headers, body } = await answer(server, requestId, request).catch((error: unknown) => {
    const refused = refusalOf(server, error)
    tellRefused(server, { requestId, error: refused.errorType, took: performance.now() - started })
    return refusalAnswer(refused)
  })
  const api = server.api()
  if (api && request.method !== 'OPTIONS')
    recordRequest(server.context, api, { requestId, status, took: performance.now() - started })
  return { status, headers: { 'x-amzn-requestid': requestId, ...headers }, body }
}

function refusalOf({ context }: GraphQLServer, error: unknown): RequestRefused {
  if (error instanceof RequestRefused) return error
  if (error instanceof BodyTooLarge)
    return new RequestRefused(413, 'RequestEntityTooLargeException', error.message)
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  context.report({ at: context.clock.now(), service: 'appsync', what: 'failure', error: told })
  return new RequestRefused(
    500,
    'InternalFailure',
    'An internal failure occurred while resolving this field.',
  )
}

async function answer(server: GraphQLServer, requestId: string, request: HttpRequest): Promise<HttpAnswer> {
  const { method, headers } = request
  const url = urlOf(request)
  const api = server.api()
  if (url.pathname !== graphqlPath || !api)
    throw new RequestRefused(404, 'NotFoundException', `There is nothing at ${url.pathname}.`)
  if (method === 'OPTIONS') return preflightAnswer(headers['access-control-request-headers'])
  if (method !== 'POST' && method !== 'GET')
    throw new RequestRefused(405, 'MethodNotAllowedException', `${method} is not allowed.`)
  const body = await request.body()
  fail(server, 'before')
  const caller = callerOf(
    api,
    { method, url: request.url, headers, body },
    { authenticate: server.authenticate, now: server.context.clock.now(), sourceIp: request.sourceIp },
  )
  const asked: GraphQLRequest =
    method === 'GET'
      ? requestOfParameters(url.searchParams)
      : requestOfBody(headers['content-type'], body.toString('utf8'))
  const { answer: answered, run } = await execute(api, server.context, asked, {
    caller,
    requestId,
    headers: request.resolverHeaders,
  })
  if (run) server.publish(run)
  fail(server, 'after')
  // What no resolver is asked for is told here, all else by the fields that were resolved.
  const refused = answered.errors?.find(({ errorType }) => !run || errorType === 'Unauthorized')
  if (refused) tellRefused(server, { requestId, error: refused.errorType ?? violated(refused) })
  return jsonAnswer(answered, run?.responseHeaders)
}

/** Throws what a test wants to be answered instead. */
function fail({ faults }: GraphQLServer, when: 'before' | 'after'): void {
  const refused = faults.meet(when)
  if (refused) throw refused
}

/** By its type alone: messages repeat what the caller wrote. */
function tellRefused(
  { context }: GraphQLServer,
  refused: { requestId: string; error: string; took?: number },
): void {
  context.report({ at: context.clock.now(), service: 'appsync', what: 'refused', ...refused })
}

/** The rule of GraphQL that a request broke, of which AppSync tells in the message. */
function violated({ message }: { message: string }): string {
  return /^Validation error of type (\w+)/.exec(message)?.[1] ?? 'ValidationError'
}
