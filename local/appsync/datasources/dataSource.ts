import type { FieldCall } from '../resolver.ts'

/** What came of a request, as the response handler sees it in `ctx.result` and `ctx.error`. */
export interface SourceOutcome {
  readonly result: unknown
  readonly error?: { readonly message: string; readonly type: string }
  /** The result is the field's: the response handler is not run. */
  readonly skipResponse?: boolean
}

/** Who asks. */
export interface SourceCall {
  readonly call: FieldCall
  /** Resolver or function; page tokens are bound to it. */
  readonly scope: string
}

/** Carries out what a request handler answered. Rejects with RequestError for what no response handler may see. */
export type DataSource = (request: unknown, by: SourceCall) => Promise<SourceOutcome> | SourceOutcome

/** A request object that AppSync does not understand: the field fails, the response handler is not run. */
export class RequestError extends Error {
  readonly errorType: string

  constructor(message: string, errorType = 'MappingTemplate') {
    super(message)
    this.name = 'RequestError'
    this.errorType = errorType
  }
}
