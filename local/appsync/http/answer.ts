import type { ServerResponse } from 'node:http'
import type { RequestRefused } from './refusal.ts'

const exposed =
  'x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version'

/** Every response allows any origin, as AppSync's do: the key is what protects the API. */
const everyResponse = { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed }

/** Answers a CORS preflight. */
export function answerPreflight(response: ServerResponse, asked: string | undefined): void {
  const known =
    'content-type,authorization,x-api-key,x-amz-date,x-amz-security-token,x-amz-user-agent,x-amz-content-sha256'
  response
    .writeHead(200, {
      ...everyResponse,
      'access-control-allow-methods': 'POST,GET,OPTIONS',
      'access-control-allow-headers': asked ?? known,
      'access-control-max-age': '172800',
      'content-length': 0,
    })
    .end()
}

/** Writes a GraphQL answer. */
export function answerJson(
  response: ServerResponse,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response
    .writeHead(status, {
      ...headers,
      ...everyResponse,
      'content-type': 'application/json;charset=UTF-8',
      'content-length': bytes.length,
      'x-amzn-appsync-tokensconsumed': '1',
    })
    .end(bytes)
}

/** Writes an error of the request as a whole; clients read its type from the header. */
export function answerRefusal(response: ServerResponse, refused: RequestRefused): void {
  const body = { errors: [{ errorType: refused.errorType, message: refused.message }] }
  answerJson(response, body, { 'x-amzn-errortype': refused.errorType }, refused.status)
}
