/** A request that is answered with an HTTP error, or a realtime frame of the same type and message. */
export class RequestRefused extends Error {
  readonly status: number
  readonly errorType: string

  constructor(status: number, errorType: string, message: string) {
    super(message)
    this.status = status
    this.errorType = errorType
  }
}
