import type { IncomingMessage } from 'node:http'
import type { Api, Caller } from '../api.ts'
import { callerOf } from '../caller.ts'
import type { GraphQLServer } from '../http/handler.ts'
import { RequestRefused } from '../http/refusal.ts'
import { urlOf } from '../http/url.ts'
import { graphqlPath } from '../resourceTypes.ts'
import { headersOf } from './frames.ts'

/**
 * Who connects: by a `header` query parameter, a `header-…` subprotocol or plain HTTP headers. Throws RequestRefused,
 * which is told in a `connection_error` frame.
 */
export function connectingCaller(server: GraphQLServer, api: Api, request: IncomingMessage): Caller {
  if (!offeredProtocols(request).includes('graphql-ws'))
    throw new RequestRefused(400, 'NoProtocolError', 'NoProtocolError')
  const headers = connectHeaders(request)
  if (headers['x-api-key'] === undefined && headers.authorization === undefined)
    throw new RequestRefused(400, 'UnauthorizedException', 'Required headers are missing.')
  const signed = { method: 'POST', url: `${graphqlPath}/connect`, headers, body: '{}' }
  return callerOf(api, signed, credentials(server, request))
}

/** What `callerOf` needs beside the request. */
export function credentials(
  server: GraphQLServer,
  { socket }: IncomingMessage,
): Parameters<typeof callerOf>[2] {
  const sourceIp = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1'
  return { authenticate: server.authenticate, now: server.context.clock.now(), sourceIp }
}

function offeredProtocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
}

function connectHeaders(request: IncomingMessage): Record<string, string | undefined> {
  const protocol = offeredProtocols(request).find((each) => each.startsWith('header-'))
  const encoded = protocol?.slice('header-'.length) ?? urlOf(request).searchParams.get('header')
  if (encoded === null) return { ...headersOf(request.headers) }
  try {
    // Node reads both alphabets of base64, with and without padding.
    return headersOf(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))) ?? {}
  } catch {
    throw new RequestRefused(400, 'BadRequestException', 'The header is not valid base64 encoded JSON.')
  }
}
