import { AwsError } from '../../aws/error.ts'

export const invalidArn = (given: string): AwsError =>
  new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${given}'`)
export const invalidName = (given: string): AwsError =>
  new AwsError('InvalidName', `Invalid Name: '${given}'`)
export const invalidInput = (why: string): AwsError =>
  new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`)
export const invalidOutput = (why: string): AwsError =>
  new AwsError('InvalidOutput', `Invalid Output: '${why}'`)
export const invalidToken = (): AwsError => new AwsError('InvalidToken', "Invalid Token: 'Invalid token'")
export const noSuchMachine = (arn: string): AwsError =>
  new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
export const noSuchExecution = (arn: string): AwsError =>
  new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
export const executionExists = (arn: string): AwsError =>
  new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
export const noSuchTask = (): AwsError =>
  new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'")
export const taskGone = (): AwsError =>
  new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
export const notRedrivable = (why: string): AwsError => new AwsError('ExecutionNotRedrivable', why)

/** A member that breaks the API's model, e.g. `Value null at 'taskToken'`, `Member must not be null`. */
export function invalidMember(value: string, member: string, constraint: string): AwsError {
  const message = `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`
  return new AwsError('ValidationException', message)
}
