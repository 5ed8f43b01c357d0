/** A failure of a state, in the terms of the Amazon States Language. */
export class StateError extends Error {
  /** Error name, e.g. `States.Timeout`, `Lambda.TooManyRequestsException` or a name of the author's. */
  readonly error: string | undefined
  override readonly cause: string | undefined
  /** Further names `ErrorEquals` may use for it. */
  readonly alsoKnownAs: string | undefined

  constructor(error: string | undefined, cause?: string, alsoKnownAs?: string) {
    super(cause)
    this.name = error ?? 'Error'
    this.error = error
    this.cause = cause
    this.alsoKnownAs = alsoKnownAs
  }
}

/** JSONata failed or gave what the field cannot take. `location` is the field's path in the state, e.g. `Output/total`. */
export class QueryError extends StateError {
  readonly location: string

  constructor(cause: string, location: string) {
    super('States.QueryEvaluationError', cause)
    this.location = location
  }
}

/** What time-outs are called; a missed heartbeat is one of them, and is reported under the same name. */
export const timeout = (): StateError => new StateError('States.Timeout')
export const heartbeatTimeout = (): StateError =>
  new StateError('States.Timeout', undefined, 'States.HeartbeatTimeout')

export function dataLimitExceeded(who: string): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `The state/task '${who}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  )
}

/**
 * Whether a retrier's or catcher's ErrorEquals covers the error. `States.Runtime` ends the execution whatever is
 * written; `States.ALL` leaves out `States.DataLimitExceeded`, `States.TaskFailed` leaves out time-outs
 * (Developer Guide, "Handling errors in Step Functions workflows").
 */
export function matches(errorEquals: readonly string[], failure: StateError): boolean {
  const { error, alsoKnownAs } = failure
  if (error === 'States.Runtime') return false
  return errorEquals.some(
    (name) =>
      name === error ||
      name === alsoKnownAs ||
      (name === 'States.ALL' && error !== 'States.DataLimitExceeded') ||
      (name === 'States.TaskFailed' && error !== 'States.Timeout'),
  )
}
