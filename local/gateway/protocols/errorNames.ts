import type { AwsError } from '../../aws/error.ts'
import { queryErrorCode } from '../../sqs/errors.ts'

/** What the query protocol calls errors of the JSON protocols. */
const queryNames: Readonly<Record<string, string>> = {
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  UnknownOperationException: 'InvalidAction',
  ValidationException: 'ValidationError',
  SerializationException: 'MalformedInput',
  InternalServerError: 'InternalFailure',
  MissingRequiredParameterException: 'MissingParameter',
}

/** The `Code` of an error in the query protocol. */
export function queryName(service: string, code: string): string {
  if (service === 'sqs' && queryErrorCode(code) !== code) return queryErrorCode(code)
  if (service === 'sns' && code.startsWith('AccessDenied')) return 'AuthorizationError'
  return queryNames[code] ?? code.replace(/(Exception|Fault)$/, '')
}

/** Failures before the operation is reached; the query and REST protocols answer them with 403. */
const denials = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])

export function statusOutsideJson(error: AwsError): number {
  return denials.has(error.code) ? 403 : error.status
}

/** Services that were query services once and still tell the old code, in `x-amzn-query-error`. */
const compatible = new Set(['sqs', 'monitoring'])

export function queryErrorHeader(service: string, error: AwsError): Record<string, string> {
  if (!compatible.has(service)) return {}
  return {
    'x-amzn-query-error': `${queryName(service, error.code)};${error.status < 500 ? 'Sender' : 'Receiver'}`,
  }
}

/** Namespaces AWS puts before the error code in `__type`. */
const namespaces: Readonly<Record<string, string>> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810',
  dynamodbstreams: 'com.amazonaws.dynamodb.v20120810',
  sqs: 'com.amazonaws.sqs',
  monitoring: 'com.amazonaws.cloudwatch',
}
const coral = new Set([
  ...denials,
  'SerializationException',
  'UnknownOperationException',
  'ThrottlingException',
])

/** `__type` of an error body. */
export function errorType(service: string, code: string): string {
  if (coral.has(code)) return `com.amazon.coral.service#${code}`
  if (code === 'ValidationException' && service.startsWith('dynamodb'))
    return `com.amazon.coral.validate#${code}`
  const namespace = namespaces[service]
  return namespace === undefined ? code : `${namespace}#${code}`
}
