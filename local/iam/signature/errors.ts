import { AwsError } from '../../aws/error.ts'

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
