import type { CloudContext } from '../../aws/context.ts'
import type { Principal } from '../../aws/principal.ts'
import type { AwsHttp, HttpRequest } from '../resolver.ts'
import { RequestError, type DataSource } from './dataSource.ts'
import { fieldsAt, onlyFields, requiredString, type Fields } from './request.ts'
import { isAwsHost, signedHeaders } from './sign.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Headers that AppSync sets by itself. */
const reserved = ['host', 'connection', 'user-agent', 'expectation', 'transfer-encoding', 'content-length']

const contentTypes =
  /^(text\/[^;\s]+|application\/(xml|json|soap\+xml|x-amz-json-1\.0|x-amz-json-1\.1|vnd\.api\+json|x-ndjson))\s*(;.*)?$/i

export interface Endpoint {
  /** Base URL; the request's `resourcePath` comes behind. */
  readonly endpoint: string
  readonly signing?: { region: string; service: string } | undefined
  readonly principal: Principal
}

/** Result: `{statusCode, headers, body}`, body as text; a status of 4xx or 5xx is no error. */
export function httpSource(
  { endpoint, signing, principal }: Endpoint,
  http: AwsHttp,
  context: CloudContext,
): DataSource {
  return async (value) => {
    const request: HttpRequest = { ...requestOf(fieldsAt(value), endpoint), principal }
    try {
      const { statusCode, headers, body } = await http(await authorized(request))
      return { result: { statusCode, headers, body } }
    } catch (error) {
      return { result: null, error: { message: messageOf(error), type: 'BadGateway' } }
    }
  }

  /** AWS's own hosts are served here, under the role; to others the signature goes over the wire. */
  async function authorized(request: HttpRequest): Promise<HttpRequest> {
    if (!signing) return request
    if (isAwsHost(request.url)) return { ...request, signing }
    return { ...request, headers: await signedHeaders(request, signing, context) }
  }
}

function requestOf(
  fields: Fields,
  endpoint: string,
): { url: string; method: string; headers: Record<string, string>; body: string } {
  onlyFields(fields, ['version', 'method', 'resourcePath', 'params'])
  const method = requiredString(fields, 'method')
  if (!methods.includes(method))
    throw new RequestError(`Unsupported method '${method}' for field '$[method]'.`)
  const path = requiredString(fields, 'resourcePath')
  const params =
    fields.params === undefined || fields.params === null ? {} : fieldsAt(fields.params, '$[params]')
  onlyFields(params, ['query', 'headers', 'body'], '$[params]')
  const url = `${endpoint.replace(/\/+$/, '')}${path.startsWith('/') ? '' : '/'}${path}${queryOf(params.query)}`
  return { url, method, headers: headersOf(params.headers), body: bodyOf(params.body) }
}

/** A list stands for the same name several times. */
function queryOf(query: unknown): string {
  if (query === undefined || query === null) return ''
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(fieldsAt(query, '$[params][query]')))
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
      search.append(name, textOf(each))
  return search.size > 0 ? `?${search.toString()}` : ''
}

function headersOf(headers: unknown): Record<string, string> {
  const sent: Record<string, string> = {}
  if (headers === undefined || headers === null) return sent
  for (const [name, value] of Object.entries(fieldsAt(headers, '$[params][headers]'))) {
    const key = name.toLowerCase()
    if (reserved.includes(key)) throw new RequestError(`The header '${name}' cannot be set.`)
    sent[key] = textOf(value)
  }
  const type = sent['content-type']
  if (type !== undefined && !contentTypes.test(type))
    throw new RequestError(`Unsupported content type '${type}'.`)
  return sent
}

function bodyOf(body: unknown): string {
  return body === undefined || body === null ? '' : textOf(body)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'The endpoint did not answer.'
}
