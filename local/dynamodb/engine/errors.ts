import { AwsError } from '../../aws/error.ts'

/** The request says something DynamoDB does not take. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}

/** Many of its messages begin alike. */
export function invalidValue(what: string): AwsError {
  return invalid(`One or more parameter values were invalid: ${what}`)
}

/** `members` of the request broke the constraints of the API's model, told in one message. */
export function invalidMembers(problems: readonly string[]): AwsError {
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`
  return invalid(`${count}: ${problems.join('; ')}`)
}

export function tableNotFound(name?: string): AwsError {
  const which = name === undefined ? '' : `: Table: ${name} not found`
  return new AwsError('ResourceNotFoundException', `Requested resource not found${which}`)
}

/** The answer to whatever is not the caller's fault; clients try again. */
export function internalError(cause?: unknown): AwsError {
  const error = new AwsError(
    'InternalServerError',
    'The request processing has failed because of an internal error.',
    { status: 500 },
  )
  error.cause = cause
  return error
}
