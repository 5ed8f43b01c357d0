import { AwsError } from '../../aws/error.ts'
import { StateError } from '../stateError.ts'

/** How an optimised integration names its failures: by the exceptions of the Java SDK v1 that AWS runs it with. */
export interface Names {
  /** Before the dot of the error name, e.g. `DynamoDB`. */
  readonly prefix: string
  /** The service in the cause, e.g. `AmazonDynamoDBv2`. */
  readonly service: string
  /** Every failure the SDK has no class of its own for, e.g. `AmazonDynamoDBException`. */
  readonly other: string
  /** Error codes it has a class for. */
  readonly known: readonly string[]
}

/** `DynamoDB.ConditionalCheckFailedException`; `Lambda.AWSLambdaException` for what the SDK has no class for, access denied among it. */
export function optimisedFailure(error: unknown, names: Names, requestId: string): StateError {
  if (!(error instanceof AwsError)) return unreachable(error, names.prefix)
  const { code, message, status } = error
  const name = names.known.includes(code) ? exception(code) : names.other
  const cause = `${message} (Service: ${names.service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`
  return new StateError(`${names.prefix}.${name}`, cause)
}

/** Codes every service shares: no SDK has classes for them. */
const common = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'IncompleteSignature',
  'InternalFailure',
  'InvalidClientTokenId',
  'InvalidParameterCombination',
  'InvalidParameterValue',
  'MissingAction',
  'MissingParameter',
  'MissingRequiredParameterException',
  'ServiceUnavailable',
  'SerializationException',
  'Throttling',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationError',
])

/** What the Java SDK v2, with which AWS runs `aws-sdk:` integrations, calls the services. */
const sdkNames: Readonly<Record<string, string>> = {
  cloudwatch: 'CloudWatch',
  cloudwatchlogs: 'CloudWatchLogs',
  dynamodb: 'DynamoDb',
  dynamodbstreams: 'DynamoDbStreams',
  eventbridge: 'EventBridge',
  lambda: 'Lambda',
  scheduler: 'Scheduler',
  sfn: 'Sfn',
  sns: 'Sns',
  sqs: 'Sqs',
  sts: 'Sts',
}

/** `DynamoDb.ResourceNotFoundException`; `DynamoDb.DynamoDbException` for what the SDK has no class for. */
export function sdkFailure(error: unknown, service: string, requestId: string): StateError {
  const prefix = sdkNames[service] ?? service
  if (!(error instanceof AwsError)) return unreachable(error, prefix)
  const { code, message, status } = error
  const unknown = common.has(code) || (code === 'ValidationException' && service !== 'sfn')
  const name = unknown ? `${prefix}Exception` : exception(code)
  return new StateError(
    `${prefix}.${name}`,
    `${message} (Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId})`,
  )
}

function exception(code: string): string {
  return code.endsWith('Exception') ? code : `${code}Exception`
}

function unreachable(error: unknown, prefix: string): StateError {
  return new StateError(
    `${prefix}.SdkClientException`,
    error instanceof Error ? error.message : String(error),
  )
}
