import type { SourceCall, SourceOutcome } from '../dataSource.ts'
import { FunctionFailed, invokeFunction } from '../invokeFunction.ts'
import { fieldsAt, isMap, onlyFields, type Fields } from '../request.ts'
import type { WriteAttempt } from './condition.ts'
import { parsed } from './expressions.ts'
import type { Table } from './table.ts'
import { typedItem, type Attributes } from './values.ts'

/** What the condition of a retry may hold: no handler of its own. */
const inCondition = ['expression', 'expressionNames', 'expressionValues', 'equalsIgnore', 'consistentRead']

/** A write whose condition did not hold. */
interface Refused {
  readonly attempt: WriteAttempt
  /** The item as DynamoDB has it; undefined when there is none. */
  readonly current: unknown
  /** What becomes of the write when the function says nothing else. */
  readonly rejected: SourceOutcome
}

/**
 * Asks the function of the strategy `Custom` what is to become of a write.
 * https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-condition-expressions.html
 */
export async function askHandler(
  functionArn: string,
  refused: Refused,
  table: Table,
  by: SourceCall,
): Promise<SourceOutcome> {
  let answer: unknown
  try {
    answer = await invokeFunction(table, functionArn, questionFor(refused, table, by))
  } catch (error) {
    if (!(error instanceof FunctionFailed)) throw error
    return { result: null, error: { message: error.message, type: `Lambda:${error.errorType}` } }
  }
  const { action, retryMapping } = isMap(answer) ? answer : {}
  if (action === 'discard') return { result: refused.rejected.result }
  if (action !== 'retry') return refused.rejected
  return refused.attempt.retry(retryRequest(refused.attempt, retryMapping))
}

function questionFor({ attempt, current }: Refused, table: Table, { call }: SourceCall): object {
  return {
    arguments: call.arguments,
    requestMapping: attempt.request,
    currentValue: isMap(current) ? typedItem(current as Attributes) : null,
    resolver: {
      tableName: table.name,
      awsRegion: table.context.place.region,
      parentType: call.info.parentTypeName,
      field: call.info.fieldName,
      outputType: call.outputType,
    },
    identity: call.identity ?? null,
  }
}

/** The same operation on the same item; a retry has no handler, so that one that fails is rejected. */
function retryRequest({ action, request }: WriteAttempt, value: unknown): Fields {
  const path = '$[retryMapping]'
  const mapping = fieldsAt(value, path)
  const own = { PutItem: ['attributeValues'], UpdateItem: ['update'], DeleteItem: [] }[action]
  onlyFields(mapping, [...own, 'condition'], path)
  if (mapping.condition !== undefined)
    onlyFields(fieldsAt(parsed(mapping.condition), `${path}[condition]`), inCondition, `${path}[condition]`)
  return { ...mapping, operation: request.operation, key: request.key }
}
