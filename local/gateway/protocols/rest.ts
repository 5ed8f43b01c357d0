import type { AwsError } from '../../aws/error.ts'
import type { Input } from '../../aws/service.ts'
import type { ApiCall, AwsRequest, AwsResponse, Protocol } from '../message.ts'
import { splitPath } from '../message.ts'
import { statusOutsideJson } from './errorNames.ts'
import { jsonBody, parseJson } from './json.ts'
import { routes } from './routes.ts'
import type { Route } from './routes.ts'

/** REST with JSON bodies: Lambda, EventBridge Scheduler, X-Ray. */
export function restCall(request: AwsRequest): ApiCall | undefined {
  const url = splitPath(request.path)
  const path = url.pathname.replace(/\/$/, '').split('/')
  for (const route of routes) {
    const labels = route.method === request.method ? match(route.path, path) : undefined
    if (labels) return restOperation(route, labels, url.parameters, request)
  }
  return undefined
}

function restOperation(
  route: Route,
  labels: Input,
  parameters: URLSearchParams,
  request: AwsRequest,
): ApiCall {
  return {
    protocol: rest(route),
    service: route.service,
    action: route.action,
    input: () => ({
      ...(route.payload === undefined ? parseJson(request.body) : { [route.payload]: request.body }),
      ...fromQuery(route, parameters),
      ...fromHeaders(route, request),
      ...labels,
    }),
  }
}

function match(pattern: readonly string[], path: readonly string[]): Input | undefined {
  if (pattern.length !== path.length) return undefined
  const labels: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const given = path[index] ?? ''
    const label = /^\{(\w+)\}$/.exec(part)?.[1]
    if (label === undefined && given !== part) return undefined
    if (label !== undefined) labels[label] = decode(given)
  }
  return labels
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function fromQuery(route: Route, parameters: URLSearchParams): Input {
  return Object.fromEntries([...parameters].map(([name, value]) => [route.query?.[name] ?? name, value]))
}

function fromHeaders(route: Route, { headers }: AwsRequest): Input {
  const given = Object.entries(route.headers ?? {}).map(([name, member]) => [member, headers[name]] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function rest(route: Route): Protocol {
  return {
    success: (_, output, requestId) =>
      route.payload === undefined ? plain(route, output, requestId) : raw(route, output as Input, requestId),
    failure: (_, error, requestId) => failure(error, requestId),
  }
}

function plain(route: Route, output: object, requestId: string): AwsResponse {
  const statusCode = route.status ?? 200
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId }
  return { statusCode, headers, body: statusCode === 204 ? '' : jsonBody(output) }
}

/** The payload member is the whole body, the others are headers, `StatusCode` is the status. */
function raw(route: Route, output: Input, requestId: string): AwsResponse {
  const members = Object.entries(route.headers ?? {}).map(([name, member]) => [name, output[member]] as const)
  const headers = members.filter((member): member is [string, string] => typeof member[1] === 'string')
  const body = output[route.payload ?? '']
  return {
    statusCode: typeof output.StatusCode === 'number' ? output.StatusCode : 200,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      ...Object.fromEntries(headers),
    },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : '',
  }
}

function failure(error: AwsError, requestId: string): AwsResponse {
  const { code, message, members, status } = error
  return {
    statusCode: statusOutsideJson(error),
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': code },
    body: jsonBody({ Type: status < 500 ? 'User' : 'Service', message, Message: message, ...members }),
  }
}
