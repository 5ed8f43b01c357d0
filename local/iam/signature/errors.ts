import { AwsError } from '../../aws/error.ts'

/** Codes as the JSON protocols spell them, and as the query protocols do. */
const queryCodes: Readonly<Record<string, { code: string; status: number }>> = {
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
}

/** The error under the code and status that services with a query protocol (SNS, STS, CloudWatch) give it. */
export function asQueryError(error: AwsError): AwsError {
  const query = queryCodes[error.code]
  if (query === undefined) return error
  return new AwsError(query.code, error.message, { status: query.status, members: { ...error.members } })
}

export function missingToken(): AwsError {
  return new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
}

export function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message)
}

export function invalidSignature(message: string): AwsError {
  return new AwsError('InvalidSignatureException', message)
}

/** An unknown access key, or a session token that does not belong to it: AWS does not say which. */
export function unrecognizedClient(): AwsError {
  return new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.')
}
