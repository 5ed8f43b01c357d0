import { OrdersError, type GraphQLProblem } from './errors.ts'
import { pauseBefore } from './pause.ts'

/** Where the API is and how it knows the caller. */
export interface Access {
  /** The stack's output `GraphqlUrl`; `http:` serves as well as `https:`. */
  readonly endpoint: string
  /** The stack's output `ApiKey`. */
  readonly apiKey: string
}

const attempts = 4

/**
 * Runs one query or mutation and answers its `data`. Every operation of this client may be repeated (createOrder carries
 * an idempotency key), so lost connections, overload and errors that say they are retryable are tried again.
 */
export async function runOperation<Data>(
  access: Access,
  query: string,
  variables: object,
  signal?: AbortSignal,
): Promise<Data> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post<Data>(access, query, variables, signal)
    } catch (error) {
      const again = error instanceof OrdersError && error.retryable && attempt < attempts
      if (!again || signal?.aborted === true) throw error
      await pauseBefore(attempt, { first: 100, longest: 2_000 }, signal)
    }
  }
}

async function post<Data>(
  access: Access,
  query: string,
  variables: object,
  signal?: AbortSignal,
): Promise<Data> {
  const response = await fetch(access.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': access.apiKey },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new OrdersError('NetworkError', `No answer from ${access.endpoint}`, { retryable: true, cause })
  })
  const answer = await readAnswer(response)
  if (answer.errors !== undefined && answer.errors.length > 0) throw refusal(response, answer.errors)
  if (!response.ok || answer.data === undefined || answer.data === null) throw refusal(response, [])
  return answer.data as Data
}

async function readAnswer(response: Response): Promise<{ data?: unknown; errors?: GraphQLProblem[] }> {
  try {
    return (await response.json()) as { data?: unknown; errors?: GraphQLProblem[] }
  } catch {
    return {}
  }
}

function refusal(response: Response, problems: readonly GraphQLProblem[]): OrdersError {
  if (response.ok && problems.length > 0) return OrdersError.from(problems)
  const retryable = response.status === 429 || response.status >= 500
  const type = problems[0]?.errorType ?? response.headers.get('x-amzn-errortype') ?? 'HttpError'
  return new OrdersError(type, problems[0]?.message ?? `HTTP ${String(response.status)}`, { retryable })
}
