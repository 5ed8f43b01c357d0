import { AwsError } from '../../../aws/error.ts'
import { RequestError, type SourceCall, type SourceOutcome } from '../dataSource.ts'
import { fieldsAt, isMap, onlyFields, optional, requiredString, type Fields } from '../request.ts'
import { askHandler } from './customHandler.ts'
import { expressionAt, parsed, type Expression } from './expressions.ts'
import { failure, type Table } from './table.ts'
import { equalValues, plainItemOrNull, wireValues, type Attributes } from './values.ts'

/** A condition, and what to do when it does not hold. */
export interface Condition extends Expression {
  /** Attributes in which a put may differ from what is there and still count as done. */
  readonly equalsIgnore: readonly string[]
  /** How the current item is read. */
  readonly consistentRead: boolean
  /** Function that decides, for the strategy `Custom`; else the write is rejected. */
  readonly handler?: string | undefined
}

/** A write on its way. */
export interface WriteAttempt {
  readonly action: 'PutItem' | 'UpdateItem' | 'DeleteItem'
  readonly request: Fields
  /** Members of the API call besides table and condition. */
  readonly input: object
  /** What a put wants to be there. */
  readonly item?: Attributes
  readonly update?: Expression
  /** The same operation with another request object. */
  retry(request: Fields): Promise<SourceOutcome>
}

const handling = ['equalsIgnore', 'consistentRead', 'conditionalCheckFailedHandler']

export function conditionAt(request: Fields): Condition | undefined {
  if (request.condition === undefined || request.condition === null) return undefined
  const path = '$[condition]'
  const fields = fieldsAt(parsed(request.condition), path)
  return {
    ...expressionAt(fields, path, handling),
    equalsIgnore: Array.isArray(fields.equalsIgnore) ? fields.equalsIgnore.map(String) : [],
    consistentRead: optional(fields, 'consistentRead', 'boolean', path) ?? true,
    handler: handlerOf(fields, path),
  }
}

function handlerOf(fields: Fields, path: string): string | undefined {
  if (fields.conditionalCheckFailedHandler === undefined) return undefined
  const at = `${path}[conditionalCheckFailedHandler]`
  const handler = fieldsAt(fields.conditionalCheckFailedHandler, at)
  onlyFields(handler, ['strategy', 'lambdaArn'], at)
  const strategy = requiredString(handler, 'strategy', at)
  if (strategy === 'Reject') return undefined
  if (strategy !== 'Custom')
    throw new RequestError(`Unsupported strategy '${strategy}' for field '${at}[strategy]'.`)
  return requiredString(handler, 'lambdaArn', at)
}

/**
 * What AppSync makes of a write whose condition does not hold: it reads the item, counts a put as done when the item
 * is what was to be written (apart from `equalsIgnore`) and a delete when nothing is there; else the handler
 * decides, or the write fails with the current item as result.
 */
export async function refused(
  error: unknown,
  condition: Condition,
  attempt: WriteAttempt,
  table: Table,
  by: SourceCall,
): Promise<SourceOutcome> {
  if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error
  const { Item: current } = await table.call('GetItem', {
    TableName: table.name,
    Key: wireValues(attempt.request.key, '$[key]'),
    ConsistentRead: condition.consistentRead,
  })
  const result = plainItemOrNull(current)
  if (isDone(attempt, current, condition.equalsIgnore)) return { result }
  const rejected = failure(error, result)
  if (condition.handler === undefined) return rejected
  return askHandler(condition.handler, { attempt, current, rejected }, table, by)
}

function isDone({ action, item }: WriteAttempt, current: unknown, ignored: readonly string[]): boolean {
  if (action === 'DeleteItem') return current === undefined
  if (action !== 'PutItem' || !isMap(current) || !item) return false
  const stored = current as Attributes
  const names = new Set([...Object.keys(stored), ...Object.keys(item)])
  return [...names].every((name) => ignored.includes(name) || equalValues(stored[name], item[name]))
}
