import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CloudContext } from '../../aws/context.ts'
import { BodyTooLarge, readBody } from '../../http/index.ts'
import type { Api } from '../api.ts'
import { callerOf, type Authenticate } from '../caller.ts'
import { execute, type GraphQLRequest } from '../query/execute.ts'
import type { Run } from '../query/run.ts'
import { graphqlPath } from '../resourceTypes.ts'
import { answerJson, answerPreflight, answerRefusal } from './answer.ts'
import { longestBody, requestOfBody, requestOfParameters } from './body.ts'
import { requestHeaders } from './headers.ts'
import { recordRequest } from './record.ts'
import { RequestRefused } from './refusal.ts'
import { urlOf } from './url.ts'

export interface GraphQLServer {
  readonly context: CloudContext
  readonly authenticate: Authenticate
  /** The API as last deployed. */
  api(): Api | undefined
  /** Pushes what a finished run published. */
  publish(run: Run): void
}

/** Answers one HTTP request. Never rejects: what goes wrong inside is a 500. */
export async function handleHttp(
  server: GraphQLServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now()
  const requestId = randomUUID()
  response.setHeader('x-amzn-requestid', requestId)
  try {
    await answer(server, requestId, request, response)
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy()
    else {
      // What is left of a body that was not read would be taken for the next request.
      if (!request.complete) response.setHeader('connection', 'close')
      answerRefusal(response, refusalOf(server, error))
    }
  }
  const api = server.api()
  if (api && request.method !== 'OPTIONS')
    recordRequest(server.context, api, {
      requestId,
      status: response.statusCode,
      took: performance.now() - started,
    })
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

async function answer(
  server: GraphQLServer,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = urlOf(request)
  const api = server.api()
  if (url.pathname !== graphqlPath || !api)
    throw new RequestRefused(404, 'NotFoundException', `There is nothing at ${url.pathname}.`)
  if (request.method === 'OPTIONS') {
    answerPreflight(response, request.headers['access-control-request-headers'])
    return
  }
  if (request.method !== 'POST' && request.method !== 'GET')
    throw new RequestRefused(405, 'MethodNotAllowedException', `${request.method ?? ''} is not allowed.`)
  const body = await readBody(request, longestBody)
  const signed = { method: request.method, url: request.url ?? '/', headers: request.headers, body }
  const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1'
  const caller = callerOf(api, signed, {
    authenticate: server.authenticate,
    now: server.context.clock.now(),
    sourceIp,
  })
  const asked: GraphQLRequest =
    request.method === 'GET'
      ? requestOfParameters(url.searchParams)
      : requestOfBody(request.headers['content-type'], body.toString('utf8'))
  const { answer: answered, run } = await execute(api, server.context, asked, {
    caller,
    requestId,
    headers: requestHeaders(request),
  })
  answerJson(response, answered, run?.responseHeaders)
  if (run) server.publish(run)
}
