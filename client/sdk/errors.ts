/** One member of a GraphQL answer's `errors`, as AppSync writes it. */
export interface GraphQLProblem {
  readonly message: string
  readonly errorType?: string | null
  readonly errorInfo?: unknown
  readonly path?: readonly (string | number)[] | null
}

/** A rule of the API that a request broke: where (`items[0].qty`) and what to do about it. */
export interface Violation {
  readonly path: string
  readonly message: string
}

/** What can be wrong: what this API says, AppSync (which has more to say) and the way to it. */
export type OrdersErrorType =
  | 'ValidationError'
  | 'IdempotencyConflict'
  | 'IdempotencyInProgress'
  | 'OrderNotCancellable'
  | 'OrderNotFound'
  | 'Throttled'
  | 'UnauthorizedException'
  | 'NetworkError'
  | 'HttpError'
  | 'GraphQLError'
  | 'EmptyAnswer'
  | (string & {})

/** What the API, or the way to it, answered instead of the order. */
export class OrdersError extends Error {
  readonly type: OrdersErrorType
  /** What the API says besides, e.g. `{violations}` or `{status}`. */
  readonly info: unknown
  /** Whether the same call, createOrder with its idempotencyKey, may be made again without doing anything twice. */
  readonly retryable: boolean

  constructor(
    type: OrdersErrorType,
    message: string,
    more: { info?: unknown; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.name = 'OrdersError'
    this.type = type
    this.info = more.info ?? null
    this.retryable = more.retryable ?? false
  }

  /** The broken rules of a `ValidationError`; empty for any other. */
  get violations(): readonly Violation[] {
    const { violations } = (this.info ?? {}) as { violations?: Violation[] }
    return violations ?? []
  }

  /** The error that a GraphQL answer stands for. */
  static from(problems: readonly GraphQLProblem[]): OrdersError {
    const [first] = problems
    const info = first?.errorInfo ?? null
    const { retryable } = (info ?? {}) as { retryable?: boolean }
    return new OrdersError(
      first?.errorType ?? 'GraphQLError',
      problems.map(({ message }) => message).join('; '),
      {
        info,
        retryable: retryable ?? false,
      },
    )
  }
}
