import { Pool } from 'undici'
import { AwsError } from '../../aws/error.ts'
import { parsed, record, text } from '../../aws/input.ts'

/** The database did not answer. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('The database gave no answer.', { cause })
  }
}

export function openPool(origin: string): Pool {
  return new Pool(origin, {
    connections: 64,
    keepAliveTimeout: 60_000,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  })
}

/** Stand-ins for DynamoDB want a signature but do not check it. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local'

/** One API call over HTTP. Rejects with the AwsError the database answered, or with NoAnswer. */
export async function exchange(pool: Pool, target: string, body: string): Promise<object> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': target,
    'x-amz-date': '20260101T000000Z',
    authorization,
  }
  let status: number
  let answer: string
  try {
    const response = await pool.request({ method: 'POST', path: '/', headers, body })
    status = response.statusCode
    answer = await response.body.text()
  } catch (error) {
    throw new NoAnswer(error)
  }
  if (status === 200) return JSON.parse(answer) as object
  throw asAwsError(status, answer)
}

function asAwsError(status: number, answer: string): AwsError {
  const { __type, message, Message, ...members } = record(parsed(answer)) ?? {}
  const code = text({ __type }, '__type')
  if (code === undefined) return new AwsError('InternalServerError', answer.slice(0, 500), { status: 500 })
  const words = text({ message }, 'message') ?? text({ Message }, 'Message') ?? ''
  return new AwsError(code.slice(code.lastIndexOf('#') + 1), words, { status, members })
}
