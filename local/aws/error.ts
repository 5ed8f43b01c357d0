/**
 * A failure as an AWS service answers it. Throw it from an action; the gateway writes it in the caller's wire
 * protocol, a Step Functions task sees it as `<Service>.<code>`, a resolver as `<Service>:<code>`.
 */
export class AwsError extends Error {
  /** AWS's error code, e.g. `ResourceNotFoundException`. */
  readonly code: string
  /** HTTP status; 400 unless AWS uses another. */
  readonly status: number
  /** Further members of the error body, e.g. `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    more: { status?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.name = code
    this.code = code
    this.status = more.status ?? 400
    this.members = more.members ?? {}
  }
}
