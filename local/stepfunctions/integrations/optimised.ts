import { isObject, type Json, type JsonObject } from '../json.ts'
import { StateError } from '../stateError.ts'
import type { Names } from './errors.ts'

/** One optimised integration: the call it makes, and what it adds to the plain API. */
export interface Integration {
  /** Name of the service that serves it, and its action. */
  readonly service: string
  readonly action: string
  readonly names: Names
  /** From the state's arguments to the API's input. */
  readonly request?: (given: JsonObject) => object
  /** From the API's answer to the state's result. Throws StateError for an answer that is a failure. */
  readonly response?: (answered: Readonly<Record<string, unknown>>) => JsonObject
}

const lambdaNames: Names = {
  prefix: 'Lambda',
  service: 'AWSLambda',
  other: 'AWSLambdaException',
  known: [
    'InvalidParameterValueException',
    'InvalidRequestContentException',
    'InvalidRuntimeException',
    'RequestTooLargeException',
    'ResourceConflictException',
    'ResourceNotFoundException',
    'ResourceNotReadyException',
    'ServiceException',
    'TooManyRequestsException',
    'UnsupportedMediaTypeException',
  ],
}

const dynamodbNames: Names = {
  prefix: 'DynamoDB',
  service: 'AmazonDynamoDBv2',
  other: 'AmazonDynamoDBException',
  known: [
    'ConditionalCheckFailedException',
    'InternalServerError',
    'ItemCollectionSizeLimitExceededException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'ResourceNotFoundException',
    'TransactionConflictException',
  ],
}

const sqsNames: Names = {
  prefix: 'SQS',
  service: 'AmazonSQS',
  other: 'AmazonSQSException',
  known: ['InvalidMessageContents', 'QueueDoesNotExist', 'UnsupportedOperation'],
}

const snsNames: Names = {
  prefix: 'SNS',
  service: 'AmazonSNS',
  other: 'AmazonSNSException',
  known: ['AuthorizationError', 'EndpointDisabled', 'InternalError', 'InvalidParameter', 'NotFound'],
}

const statesNames: Names = {
  prefix: 'StepFunctions',
  service: 'AWSStepFunctions',
  other: 'AWSStepFunctionsException',
  known: [
    'ExecutionAlreadyExists',
    'ExecutionLimitExceeded',
    'InvalidArn',
    'InvalidExecutionInput',
    'InvalidName',
    'StateMachineDeleting',
    'StateMachineDoesNotExist',
  ],
}

const eventsNames: Names = {
  prefix: 'EventBridge',
  service: 'AmazonEventBridge',
  other: 'AmazonEventBridgeException',
  known: ['InternalException'],
}

function dynamodb(action: string): Integration {
  return { service: 'dynamodb', action, names: dynamodbNames }
}

/** By service and action of the Resource ARN. */
export const integrations: Readonly<Record<string, Integration>> = {
  'lambda:invoke': {
    service: 'lambda',
    action: 'Invoke',
    names: lambdaNames,
    request: (given) => ({ ...given, ...('Payload' in given && { Payload: JSON.stringify(given.Payload) }) }),
    response: (answered) => {
      const { FunctionError, Payload, ...rest } = answered
      const text = payloadText(Payload)
      if (FunctionError !== undefined) throw functionError(text)
      return { ...(rest as JsonObject), Payload: text === '' ? {} : (JSON.parse(text) as Json) }
    },
  },
  'sqs:sendMessage': {
    service: 'sqs',
    action: 'SendMessage',
    names: sqsNames,
    request: (given) => stringified(given, 'MessageBody'),
  },
  'sns:publish': {
    service: 'sns',
    action: 'Publish',
    names: snsNames,
    request: (given) => stringified(given, 'Message'),
  },
  'dynamodb:getItem': dynamodb('GetItem'),
  'dynamodb:putItem': dynamodb('PutItem'),
  'dynamodb:updateItem': dynamodb('UpdateItem'),
  'dynamodb:deleteItem': dynamodb('DeleteItem'),
  'states:startExecution': {
    service: 'states',
    action: 'StartExecution',
    names: statesNames,
    request: ({ StateMachineArn, Name, Input, TraceHeader }) => ({
      stateMachineArn: StateMachineArn,
      name: Name,
      input: Input === undefined || typeof Input === 'string' ? Input : JSON.stringify(Input),
      traceHeader: TraceHeader,
    }),
    response: ({ executionArn, startDate }) => ({
      ExecutionArn: String(executionArn),
      StartDate: typeof startDate === 'number' ? Math.round(startDate * 1000) : null,
    }),
  },
  'events:putEvents': {
    service: 'events',
    action: 'PutEvents',
    names: eventsNames,
    request: ({ Entries, ...rest }) => ({
      ...rest,
      Entries: Array.isArray(Entries)
        ? Entries.map((each: Json) => (isObject(each) ? stringified(each, 'Detail') : each))
        : Entries,
    }),
    response: (answered) => {
      if (answered.FailedEntryCount) throw new StateError('EventBridge.FailedEntry', JSON.stringify(answered))
      return answered as JsonObject
    },
  },
}

/** The member as JSON text, unless it is a text already. */
function stringified(given: JsonObject, member: string): object {
  const value = given[member]
  return typeof value === 'object' && value !== null ? { ...given, [member]: JSON.stringify(value) } : given
}

export function payloadText(payload: unknown): string {
  if (typeof payload === 'string') return payload
  if (payload instanceof Uint8Array) return Buffer.from(payload).toString()
  return payload === undefined ? '' : JSON.stringify(payload)
}

/** A function that threw: its error's type is the error name, the whole payload the cause. */
export function functionError(text: string): StateError {
  let error: unknown
  try {
    error = JSON.parse(text)
  } catch {
    error = undefined
  }
  const type = isObject(error) && typeof error.errorType === 'string' ? error.errorType : ''
  return new StateError(type === '' ? 'Lambda.Unknown' : type, text)
}
