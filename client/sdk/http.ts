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

/** A request without an answer for so long (ms) is given up: AppSync itself ends one after 30 s. */
const patience = 35_000

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
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), patience)
  try {
    return await ask(access, query, variables, AbortSignal.any([late.signal, ...(signal ? [signal] : [])]))
  } catch (cause) {
    if (signal?.aborted === true || cause instanceof OrdersError) throw cause
    throw new OrdersError('NetworkError', `No answer from ${access.endpoint}`, { retryable: true, cause })
  } finally {
    clearTimeout(timer)
  }
}

async function ask<Data>(
  access: Access,
  query: string,
  variables: object,
  signal: AbortSignal,
): Promise<Data> {
  const response = await fetch(access.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': access.apiKey },
    body: JSON.stringify({ query, variables }),
    signal,
  })
  const answer = await readAnswer(response)
  if (answer.errors !== undefined && answer.errors.length > 0) throw refusal(response, answer.errors)
  if (!response.ok || answer.data === undefined || answer.data === null) throw refusal(response, [])
  return answer.data as Data
}

interface GraphQLAnswer {
  readonly data?: unknown
  readonly errors?: GraphQLProblem[]
}

/** Nothing when it is none of GraphQL's; rejects when the connection was lost in the midst of it. */
async function readAnswer(response: Response): Promise<GraphQLAnswer> {
  const text = await response.text()
  try {
    return (JSON.parse(text) ?? {}) as GraphQLAnswer
  } catch {
    return {}
  }
}

function refusal(response: Response, problems: readonly GraphQLProblem[]): OrdersError {
  if (response.ok && problems.length > 0) return OrdersError.from(problems)
  const retryable = response.status === 429 || response.status >= 500
  const type = problems[0]?.errorType ?? response.headers.get('x-amzn-errortype') ?? 'HttpError'
  const unknown = `${response.url} answered HTTP ${String(response.status)} and nothing of GraphQL`
  return new OrdersError(type, problems[0]?.message ?? unknown, { retryable })
}
