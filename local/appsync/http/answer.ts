import type { RequestRefused } from './refusal.ts'

/** What is answered, whole. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const exposed =
  'x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version'

/** Every response allows any origin, as AppSync's do: the key is what protects the API. */
const everyResponse = { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed }

/** The answer to a CORS preflight. */
export function preflightAnswer(asked: string | undefined): HttpAnswer {
  const known =
    'content-type,authorization,x-api-key,x-amz-date,x-amz-security-token,x-amz-user-agent,x-amz-content-sha256'
  const headers = {
    ...everyResponse,
    'access-control-allow-methods': 'POST,GET,OPTIONS',
    'access-control-allow-headers': asked ?? known,
    'access-control-max-age': '172800',
  }
  return { status: 200, headers, body: Buffer.alloc(0) }
}

/** A GraphQL answer. */
export function jsonAnswer(
  body: object,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): HttpAnswer {
  return {
    status,
    headers: {
      ...headers,
      ...everyResponse,
      'content-type': 'application/json;charset=UTF-8',
      // What was refused was not executed.
      ...(status === 200 && { 'x-amzn-appsync-tokensconsumed': '1' }),
    },
    body: Buffer.from(JSON.stringify(body)),
  }
}

/** An error of the request as a whole; clients read its type from the header. */
export function refusalAnswer(refused: RequestRefused): HttpAnswer {
  const body = { errors: [{ errorType: refused.errorType, message: refused.message }] }
  return jsonAnswer(body, { 'x-amzn-errortype': refused.errorType }, refused.status)
}
