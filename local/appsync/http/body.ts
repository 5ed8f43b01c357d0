import type { GraphQLRequest } from '../query/execute.ts'
import { RequestRefused } from './refusal.ts'

/** Bytes a request's body may have. */
export const longestBody = 1024 * 1024

const accepted = /^application\/(?:json|graphql)\s*(?:;|$)/i

const malformed = (message: string): RequestRefused =>
  new RequestRefused(400, 'MalformedHttpRequestException', message)

/** The GraphQL request in the body of a POST. Throws RequestRefused as AppSync does. */
export function requestOfBody(contentType: string | undefined, body: string): GraphQLRequest {
  if (body.trim() === '') throw malformed('Request body is empty.')
  if (!accepted.test(contentType ?? '')) throw malformed('Unable to parse GraphQL query.')
  return graphqlRequest(parsed(body))
}

/** The GraphQL request in the query parameters of a GET. */
export function requestOfParameters(parameters: URLSearchParams): GraphQLRequest {
  const variables = parameters.get('variables')
  return graphqlRequest({
    query: parameters.get('query'),
    operationName: parameters.get('operationName'),
    variables: variables === null || variables === '' ? null : parsed(variables),
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('Unable to parse GraphQL query.')
  }
}

/** Narrows what JSON gave; also for the `data` of a realtime start frame. */
export function graphqlRequest(value: unknown): GraphQLRequest {
  if (typeof value !== 'object' || value === null || !('query' in value) || typeof value.query !== 'string')
    throw malformed('Unable to parse GraphQL query.')
  const variables = 'variables' in value ? (value.variables ?? {}) : {}
  if (typeof variables !== 'object' || Array.isArray(variables))
    throw malformed('Unable to parse GraphQL query.')
  const name =
    'operationName' in value && typeof value.operationName === 'string' ? value.operationName : undefined
  return {
    query: value.query,
    variables: variables as Record<string, unknown>,
    operationName: name === '' ? undefined : name,
  }
}
